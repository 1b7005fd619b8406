import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NetrigError } from './errors.js'

/** What native/Makefile builds. */
export type NativeProgram =
  | 'keeper'
  | 'enter'
  | 'relay'
  | 'capture'
  | 'vm-boot'
  | 'vm-enter'
  | 'vm-init'

/**
 * The path of one of netrig's own static C programs for this machine. They lie in
 * `native/bin/linux-<arch>/`, two folders above this file in a checkout (`src/base`) as in the
 * package (`dist/base`).
 */
export function nativePath(program: NativeProgram): string {
  const path = fileURLToPath(
    new URL(`../../native/bin/linux-${process.arch}/${program}`, import.meta.url),
  )
  if (!existsSync(path)) {
    throw new NetrigError('HELPER_MISSING', `netrig's helper '${program}' is not at ${path}.`, {
      operation: 'start',
      object: program,
      hint: 'in a checkout run `npm run build` (it needs a C compiler); the published package carries it for linux-x64 and linux-arm64',
    })
  }
  return path
}
