import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NetrigError } from '../../base/errors.js'
import { CHECKOUT, isCheckout, keyNow, type Made } from './checkout.js'

/** Of native/kernel/recipe.mjs: what this netrig expects of a kernel. */
export const KERNEL_ABI = 1

/** The npm package that `npm run kernel:pack` lays out. */
export const KERNEL_PACKAGE = `@netrig/kernel-linux-${process.arch}`

/** A kernel to boot. */
export interface FoundKernel {
  readonly path: string
  /** Debian's version of the sources, e.g. `6.12.117-1~deb12u1`; `unknown` for a kernel of one's own. */
  readonly version: string
  /** Named by `NETRIG_KERNEL`, installed by npm, or built by `npm run kernel`. */
  readonly origin: 'env' | 'package' | 'cache'
}

/** What stands beside a kernel in `sources.json`. */
interface Sources extends Made {
  readonly abi: number
  readonly source: { readonly version: string }
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const sourcesIn = (folder: string): Sources =>
  JSON.parse(readFileSync(join(folder, 'sources.json'), 'utf8')) as Sources

/** The kernel in a folder, if it is complete and one that this netrig can use. */
function kernelIn(folder: string, origin: FoundKernel['origin']): FoundKernel | undefined {
  try {
    const { abi, source } = sourcesIn(folder)
    const path = join(folder, 'linux')
    return abi === KERNEL_ABI && isProgram(path)
      ? { path, version: source.version, origin }
      : undefined
  } catch {
    return undefined
  }
}

/** What `NETRIG_KERNEL` names. */
function named(path: string): FoundKernel {
  if (!isProgram(path)) {
    throw new NetrigError('NO_KERNEL', `NETRIG_KERNEL is ${path}, which is no program.`, {
      operation: 'find kernel',
      object: path,
      hint: 'let it name the file `linux` of a kernel that netrig built, or unset it',
    })
  }
  return { path, version: kernelIn(dirname(path), 'env')?.version ?? 'unknown', origin: 'env' }
}

/** Beside netrig, or in the project that runs: a strict package manager shows it there only. */
function installed(project: string): FoundKernel | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(project, 'x')).href]) {
    try {
      const manifest = createRequire(from).resolve(`${KERNEL_PACKAGE}/package.json`)
      const found = kernelIn(dirname(manifest), 'package')
      if (found !== undefined) return found
    } catch {
      // not there
    }
  }
  return undefined
}

/** Where `npm run kernel` puts what it built. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'netrig', 'kernel')
}

/** All that `npm run kernel` has built; the one that it was asked for last comes first. */
function builtFolders(env: NodeJS.ProcessEnv): string[] {
  const cache = cacheFolder(env)
  try {
    return readdirSync(cache)
      .map((name) => join(cache, name))
      .filter((folder) => kernelIn(folder, 'cache') !== undefined)
      .map((folder) => ({ folder, time: statSync(folder).mtimeMs }))
      .sort((a, b) => b.time - a.time)
      .map(({ folder }) => folder)
  } catch {
    return []
  }
}

/** Made from what the checkout has now? The key of its making is the first part of the folder's name. */
function isOf(checkout: string, folder: string): boolean {
  const key = keyNow(sourcesIn(folder), checkout)
  return key !== undefined && basename(folder).startsWith(`${key}-`)
}

/**
 * Finds netrig's own kernel: the one that `NETRIG_KERNEL` names, else the installed npm package, else
 * what `npm run kernel` built; in a checkout only what it built from the sources as they are.
 *
 * @param env Whose `NETRIG_KERNEL` and `XDG_CACHE_HOME` count.
 * @param project The folder from where a package is looked for, besides netrig's own.
 * @param checkout The folder with a kernel's sources, there or not.
 * @throws {@link NetrigError} `NO_KERNEL`, with a hint how to get one.
 */
export function findKernel(
  env: NodeJS.ProcessEnv = process.env,
  project: string = process.cwd(),
  checkout: string = CHECKOUT,
): FoundKernel {
  const own = env.NETRIG_KERNEL
  const other = own ? named(own) : installed(project)
  if (other !== undefined) return other
  const built = builtFolders(env)
  const builds = isCheckout(checkout)
  const folder = builds ? built.find((one) => isOf(checkout, one)) : built[0]
  const found = folder === undefined ? undefined : kernelIn(folder, 'cache')
  if (found !== undefined) return found
  throw new NetrigError(
    'NO_KERNEL',
    built.length === 0
      ? 'There is no kernel to run netrig vm in.'
      : `The kernel in ${cacheFolder(env)} was built from older sources than ${checkout} has now.`,
    {
      operation: 'find kernel',
      hint: builds
        ? `npm run kernel builds ${built.length === 0 ? 'one' : 'the right one'}, in some minutes`
        : `npm i -D ${KERNEL_PACKAGE} installs one, made for this processor`,
    },
  )
}
