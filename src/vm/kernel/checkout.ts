import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a checkout has what a kernel is built from. A package has no such folder. */
export const CHECKOUT = fileURLToPath(new URL('../../../native/kernel', import.meta.url))

/** Is this netrig a checkout, which can build a kernel? */
export const isCheckout = (folder = CHECKOUT): boolean => existsSync(join(folder, 'build.mjs'))

/** What a kernel says of its making, in `sources.json`. */
export interface Made {
  /** Names, in order. */
  readonly patches: readonly string[]
  readonly additions: readonly { readonly file: string }[]
}

const isPatch = (name: string): boolean => name.endsWith('.patch')

/**
 * The key that `npm run kernel` would give a kernel now (recipeKey() in native/kernel/recipe.mjs, which the
 * published library cannot import), if it would still be made of the same files; undefined if not.
 *
 * @param folder of the checkout, where they are
 */
export function keyNow({ patches, additions }: Made, folder = CHECKOUT): string | undefined {
  try {
    const now = readdirSync(join(folder, 'patches')).filter(isPatch).sort()
    if (now.join('/') !== patches.join('/')) return undefined
    const added = additions.map(({ file }) =>
      ['driver', '../vm/common']
        .map((at) => join(folder, at, file))
        .find((path) => existsSync(path)),
    )
    const own = ['recipe.mjs', 'compile.mjs', 'fragment.config'].map((name) => join(folder, name))
    const patched = patches.map((name) => join(folder, 'patches', name))
    const hash = createHash('sha256')
    for (const path of [...own, ...patched, ...added]) {
      const bytes = readFileSync(path!)
      hash.update(`${bytes.length}\n`).update(bytes)
    }
    return hash.digest('hex').slice(0, 16)
  } catch {
    // A file has gone, or `sources.json` is of another making.
    return undefined
  }
}
