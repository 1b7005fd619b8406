import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findKernel, KERNEL_ABI } from '../../../src/vm/kernel/find.js'

// A checkout takes a kernel only if it was built from what the checkout has.

const native = fileURLToPath(new URL('../../../native', import.meta.url))
let folder = ''
let sources = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrig checkout '))
  sources = join(folder, 'native/kernel')
  for (const part of ['kernel', 'vm/common']) {
    // Not the package that was laid out there, if one was: it is large.
    const filter = (path: string) => path !== join(native, 'kernel/package')
    cpSync(join(native, part), join(folder, 'native', part), { recursive: true, filter })
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Recipe {
  key: string
  patches: string[]
  additions: { from: string; to: string }[]
}

/** What the recipe there says of itself. */
const recipe = (): Recipe =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const it = await import(${JSON.stringify(join(sources, 'recipe.mjs'))})
         console.log(JSON.stringify({ ...it, key: it.recipeKey() }))`,
      ],
      { encoding: 'utf8' },
    ),
  ) as Recipe

/** Puts a kernel into the cache as the build does. */
function built({ key, patches, additions } = recipe()): string {
  const made = join(folder, 'cache/netrig/kernel', `${key}-6.12.1`)
  mkdirSync(made, { recursive: true })
  writeFileSync(join(made, 'linux'), '#!/bin/true\n', { mode: 0o755 })
  const facts = {
    abi: KERNEL_ABI,
    source: { version: '6.12.1' },
    patches: patches.map((path) => basename(path)),
    additions: additions.map(({ from, to }) => ({ file: basename(from), to })),
  }
  writeFileSync(join(made, 'sources.json'), JSON.stringify(facts))
  return join(made, 'linux')
}

const find = () => findKernel({ XDG_CACHE_HOME: join(folder, 'cache') }, folder, sources)

test('the kernel of these sources is taken, also when another one was asked for later', () => {
  const right = built()
  const then = Date.now() / 1000 - 100
  utimesSync(join(right, '..'), then, then)
  built({ ...recipe(), key: '0123456789abcdef' })
  expect(find().path).toBe(right)
})

test.each([
  ['a patch', () => appendFileSync(join(sources, 'patches/0002-um-memory-in-a-memfd.patch'), '\n')],
  ['a patch more', () => writeFileSync(join(sources, 'patches/9999-more.patch'), '')],
  [
    'a patch fewer',
    () => rmSync(join(sources, 'patches/0013-select-no-slack-for-long-timeouts.patch')),
  ],
  ['the configuration', () => appendFileSync(join(sources, 'fragment.config'), '# more\n')],
  ['how it is compiled', () => appendFileSync(join(sources, 'compile.mjs'), '// more\n')],
  ['what is taken', () => appendFileSync(join(sources, 'recipe.mjs'), '// more\n')],
  ['the driver', () => appendFileSync(join(sources, 'driver/netrig_tsc.c'), '\n')],
  ['a header', () => appendFileSync(join(sources, '../vm/common/status.h'), '\n')],
  [
    'the name of a file',
    () => renameSync(join(sources, 'driver/netrig.h'), join(sources, 'driver/other.h')),
  ],
])('%s has changed since: the error says so, and what to do', (_what, change) => {
  built()
  change()
  expect(find).toThrow(
    expect.objectContaining({
      code: 'NO_KERNEL',
      message: expect.stringMatching(/was built from older sources than .*native\/kernel has now/),
      hint: expect.stringMatching(/^npm run kernel builds the right one/),
    }),
  )
})

test('what does not go into a kernel makes no difference', () => {
  const right = built()
  for (const name of ['build.mjs', 'pack.mjs', 'README.md']) {
    appendFileSync(join(sources, name), '\n')
  }
  expect(find().path).toBe(right)
})

test('looking costs next to nothing', () => {
  built()
  find()
  const started = performance.now()
  for (let times = 0; times < 10; times++) find()
  // 1 ms each on a quiet machine.
  expect(performance.now() - started).toBeLessThan(1000)
})
