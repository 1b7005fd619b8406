// What the kernel is made from, and the name of what comes out: a folder of the cache whose key is
// the hash of all that goes in. src/vm/kernel/find.ts looks for it there.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** Debian's package of the sources, and the releases of it that the patches were made for. */
export const SOURCE = 'linux-source-6.12'

/** Counted up when a kernel built before would not do for what src/vm expects of it. */
export const ABI = 1

export const fragment = join(here, 'fragment.config')

export const patches = readdirSync(join(here, 'patches'))
  .filter((name) => name.endsWith('.patch'))
  .sort()
  .map((name) => join(here, 'patches', name))

/** Files of ours in the tree: where they are here, where they go there. */
export const additions = [
  ...[
    'netrig.h',
    'netrig_channel.h',
    'netrig_kern.c',
    'netrig_channel.c',
    'netrig_user.c',
    'netrig_status.c',
  ].map((name) => ({ from: join(here, 'driver', name), to: `arch/um/drivers/${name}` })),
  { from: join(here, 'driver/netrig_tsc.c'), to: 'arch/x86/um/netrig_tsc.c' },
  { from: join(here, 'driver/netrig_hooks.h'), to: 'arch/um/include/asm/netrig.h' },
  { from: join(here, '../vm/common/device.h'), to: 'arch/um/drivers/netrig_device.h' },
  { from: join(here, '../vm/common/status.h'), to: 'arch/um/drivers/netrig_status.h' },
]

/** Whose code decides what is built from the same sources. */
const recipe = ['recipe.mjs', 'compile.mjs'].map((name) => join(here, name))

/** The hash of all inputs but Debian's sources. */
export function recipeKey() {
  const hash = createHash('sha256')
  for (const path of [...recipe, fragment, ...patches, ...additions.map(({ from }) => from)]) {
    const bytes = readFileSync(path)
    hash.update(`${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

/** `$XDG_CACHE_HOME/netrig/kernel`, or the same below `~/.cache`. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'netrig/kernel')
}

/** The folder of the kernel from these sources, there or not. */
export const kernelFolder = (version) => join(cacheFolder(), `${recipeKey()}-${version}`)

/** A kernel of this recipe that is in the cache, whichever release it is from. */
export function builtKernel() {
  if (!existsSync(cacheFolder())) return undefined
  return readdirSync(cacheFolder())
    .filter((name) => name.startsWith(`${recipeKey()}-`))
    .map((name) => join(cacheFolder(), name))
    .find((folder) => existsSync(join(folder, 'sources.json')))
}
