import { existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { NetrigError } from '../../base/errors.js'

/** A kernel of netrig's own that is there. */
export interface Kernel {
  readonly path: string
  readonly version: string
  readonly origin: 'env' | 'package' | 'cache'
}

/**
 * Finds netrig's own kernel.
 *
 * @throws NetrigError NO_KERNEL
 */
export function findKernel(): Kernel {
  const asked = process.env.NETRIG_KERNEL
  if (asked !== undefined && asked !== '') return { path: asked, version: '', origin: 'env' }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'netrig/kernel')
  const built = (existsSync(cache) ? readdirSync(cache) : [])
    .map((key) => join(cache, key, 'linux'))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (built[0] !== undefined) return { path: built[0], version: '', origin: 'cache' }
  throw new NetrigError('NO_KERNEL', 'There is no kernel of netrig to boot.', {
    operation: 'vm',
    hint: 'in a checkout run `npm run kernel`',
  })
}
