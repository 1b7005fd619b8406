import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { KERNEL_ABI } from '../../../src/vm/kernel/find.js'

const kernel = fileURLToPath(new URL('../../../native/kernel', import.meta.url))

/** What the recipe says, for TypeScript knows nothing of a build script. */
const recipe = JSON.parse(
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import * as it from ${JSON.stringify(join(kernel, 'recipe.mjs'))}
       console.log(JSON.stringify({ ...it, key: it.recipeKey(), folder: it.cacheFolder() }))`,
    ],
    { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: '/somewhere else' } },
  ),
) as {
  ABI: number
  key: string
  folder: string
  patches: string[]
  additions: { from: string; to: string }[]
}

test('the build and the library mean the same', () => {
  expect(recipe.ABI).toBe(KERNEL_ABI)
  expect(recipe.folder).toBe('/somewhere else/netrig/kernel')
  expect(recipe.key).toMatch(/^[0-9a-f]{16}$/)
})

test('every file of the driver goes into the kernel', () => {
  const taken = recipe.additions.map(({ from }) => basename(from))
  expect(taken).toEqual(expect.arrayContaining(readdirSync(join(kernel, 'driver'))))
})

test('patches come in order, under the licence of what they change, with a reason', () => {
  const names = readdirSync(join(kernel, 'patches')).sort()
  expect(recipe.patches.map((path) => basename(path))).toEqual(names)
  expect(names.map((name) => name.slice(0, 4))).toEqual(
    names.map((_, index) => String(index + 1).padStart(4, '0')),
  )
  for (const path of recipe.patches) {
    const [head = ''] = readFileSync(path, 'utf8').split(/^--- /m)
    expect(head, path).toMatch(/^SPDX-License-Identifier: GPL-2.0\n\n\w+: .+\n\n.+/)
  }
})

test('no option is asked for twice', () => {
  const text = readFileSync(join(kernel, 'fragment.config'), 'utf8')
  const names = [...text.matchAll(/^(?:# )?(CONFIG_\w+)[= ]/gm)].map(([, name]) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.length).toBeGreaterThan(200)
})
