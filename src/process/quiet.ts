import { launch } from './launch.js'
import type { ProgramSite } from './site.js'

/**
 * Runs a program that is netrig's own business: the lab's events do not tell of it.
 *
 * @throws what execa rejects with when it fails
 */
export async function runQuietly(
  site: ProgramSite,
  file: string,
  args: readonly string[],
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<void> {
  const { promise, tag } = launch(
    site,
    { file, args },
    { cwd, cancelSignal: signal, forceKillAfterDelay: 100, stdin: 'ignore', maxBuffer: 100_000 },
    { operation: 'ready' },
  )
  try {
    await promise
  } finally {
    tag.release()
  }
}
