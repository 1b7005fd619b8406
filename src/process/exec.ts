import type { ResultPromise } from 'execa'
import { wordsAndOptions } from '../base/arguments.js'
import { type Command, launch } from './launch.js'
import type { ExecOptions, NoOptions } from './options.js'
import { pipeInHost } from './pipe.js'
import { type Place, placeAbove } from './place.js'
import type { ProgramSite } from './site.js'

/** A command in a host: what execa returns. */
export function execCommand(
  site: ProgramSite,
  command: Command,
  options: ExecOptions,
  operation: string,
  place: Place,
): ResultPromise {
  const over = () => {
    const { subprocess, tag, words } = launched
    tag.release()
    const { exitCode, signalCode } = subprocess
    const end = tag.failure === undefined ? `${signalCode ?? exitCode}` : 'did not start'
    site.record({ type: 'program.exit', subject: site.host, detail: `${words.join(' ')}: ${end}` })
  }
  const launched = launch(site, command, options, { operation, place, over })
  const { subprocess, promise } = launched
  const next = (other: Command, given: ExecOptions) =>
    execCommand(site, other, given, `${operation}.pipe`, place)
  pipeInHost(subprocess, promise, next)
  return subprocess
}

/**
 * Runs a program in a host, as execa does on the machine: the same options, streams and results.
 *
 * @param file a name that is looked up in PATH, or a path
 * @throws NetrigError `INVALID_OPTION` and `UNSUPPORTED` at once. The promise rejects with execa's
 * `ExecaError` when the program fails, and with a NetrigError when it did not run:
 * `PROGRAM_NOT_FOUND`, `PROGRAM_NOT_EXECUTABLE`, `CWD_NOT_FOUND`, `HOST_DOWN`
 */
export function exec<O extends ExecOptions = NoOptions>(
  site: ProgramSite,
  file: string | URL,
  args?: readonly string[],
  options?: O,
): ResultPromise<O>
export function exec<O extends ExecOptions = NoOptions>(
  site: ProgramSite,
  file: string | URL,
  options?: O,
): ResultPromise<O>
/** For those who pass on what they were given. */
export function exec(
  site: ProgramSite,
  file: string | URL,
  args?: readonly string[] | ExecOptions,
  options?: ExecOptions,
): ResultPromise
export function exec(
  site: ProgramSite,
  file: string | URL,
  args: readonly string[] | ExecOptions = [],
  options?: ExecOptions,
): unknown {
  const { words, options: given = {} } = wordsAndOptions(args, options)
  return execCommand(site, { file, args: words }, given, 'host.exec', placeAbove(exec))
}
