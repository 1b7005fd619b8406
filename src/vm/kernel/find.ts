import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NetrigError } from '../../base/errors.js'
import { isCheckout } from './checkout.js'

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
interface Sources {
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

/** The kernel in a folder, if it is complete and one that this netrig can use. */
function kernelIn(folder: string, origin: FoundKernel['origin']): FoundKernel | undefined {
  try {
    const { abi, source } = JSON.parse(
      readFileSync(join(folder, 'sources.json'), 'utf8'),
    ) as Sources
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
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'netrig', 'kernel')
}

/** The one that `npm run kernel` was asked for last. */
function built(env: NodeJS.ProcessEnv): FoundKernel | undefined {
  const cache = cacheFolder(env)
  try {
    return readdirSync(cache)
      .map((name) => join(cache, name))
      .filter((folder) => kernelIn(folder, 'cache') !== undefined)
      .map((folder) => ({ folder, time: statSync(folder).mtimeMs }))
      .sort((a, b) => b.time - a.time)
      .map(({ folder }) => kernelIn(folder, 'cache'))[0]
  } catch {
    return undefined
  }
}

/**
 * Finds netrig's own kernel: the one that `NETRIG_KERNEL` names, else the installed npm package, else
 * what `npm run kernel` built.
 *
 * @param env Whose `NETRIG_KERNEL` and `XDG_CACHE_HOME` count.
 * @param project The folder from where a package is looked for, besides netrig's own.
 * @throws {@link NetrigError} `NO_KERNEL`, with a hint how to get one.
 */
export function findKernel(
  env: NodeJS.ProcessEnv = process.env,
  project: string = process.cwd(),
): FoundKernel {
  const own = env['NETRIG_KERNEL']
  const found = own ? named(own) : (installed(project) ?? built(env))
  if (found !== undefined) return found
  throw new NetrigError('NO_KERNEL', 'There is no kernel to run netrig vm in.', {
    operation: 'find kernel',
    hint: isCheckout()
      ? 'npm run kernel builds one, in some minutes'
      : `npm i -D ${KERNEL_PACKAGE} installs one, made for this processor`,
  })
}
