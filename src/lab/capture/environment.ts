import { KEY_FILE } from '../../sandbox/container.js'
import type { HostState, LabState } from '../state.js'

/**
 * What a host adds to the environment of a program that starts now. While a capture wants TLS keys: the variable
 * that curl, Python, Firefox and others know, and Node's option, for Node has no variable of its own.
 */
export function programEnvironment(
  { captures }: LabState,
  { name, settings }: HostState,
): Readonly<Record<string, string>> {
  if (![...captures].some((one) => one.wantsKeysOf(name))) return settings.env
  const options = settings.env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? ''
  return {
    SSLKEYLOGFILE: KEY_FILE,
    ...settings.env,
    NODE_OPTIONS: `${options} --tls-keylog=${KEY_FILE}`.trimStart(),
  }
}
