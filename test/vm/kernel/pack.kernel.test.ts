import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { findKernel, KERNEL_PACKAGE } from '../../../src/vm/kernel/find.js'
import { folderForTest } from './support.js'

const native = fileURLToPath(new URL('../../../native/kernel', import.meta.url))
const env = { ...process.env, npm_config_update_notifier: 'false' }
const run = (file: string, ...args: string[]): string =>
  execFileSync(file, args, { encoding: 'utf8', env })

/** Whether the kernel of exactly these sources is in the cache: building one takes minutes. */
const built = run(
  process.execPath,
  '--input-type=module',
  '-e',
  `import { builtKernel } from ${JSON.stringify(pathToFileURL(join(native, 'recipe.mjs')).href)}
   process.stdout.write(builtKernel() ?? '')`,
)
if (built === '') console.warn('the package of the kernel is left out: npm run kernel')

test.skipIf(built === '')('the package has the kernel, its licence and all it is made from', () => {
  const project = folderForTest()
  const folder = join(project, 'node_modules', KERNEL_PACKAGE)
  expect(run(process.execPath, join(native, 'pack.mjs'), folder).trim()).toBe(folder)

  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  expect(JSON.parse(read('package.json'))).toMatchObject({
    name: KERNEL_PACKAGE,
    license: 'GPL-2.0-only',
    os: ['linux'],
    cpu: ['x64'],
  })
  const { source, patches, additions } = JSON.parse(read('sources.json')) as {
    source: { package: string; version: string; sha256: string }
    patches: string[]
    additions: { to: string }[]
  }
  expect(source.sha256).toMatch(/^[0-9a-f]{64}$/)
  for (const part of Object.values(source)) expect(read('README.md')).toContain(part)
  expect(read('GPL-2.0')).toContain('GNU GENERAL PUBLIC LICENSE')
  expect(read('config')).toContain('CONFIG_UML_NETRIG=y')

  const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', folder)) as [
    { files: { path: string; mode: number }[]; size: number },
  ]
  const files = packed.files.map(({ path }) => path)
  expect(files).toEqual(
    expect.arrayContaining([
      ...['linux', 'config', 'sources.json', 'GPL-2.0', 'COPYING', 'README.md', 'package.json'],
      'sources/fragment.config',
      ...patches.map((name) => `sources/patches/${name}`),
      ...additions.map(({ to }) => `sources/additions/${to}`),
    ]),
  )
  expect(packed.files.find(({ path }) => path === 'linux')?.mode).toBe(0o755)
  expect(packed.size).toBeLessThan(8e6)

  // Where it is installed it is found, before what the cache has.
  const found = findKernel({}, project)
  expect(found).toMatchObject({ origin: 'package', version: source.version })
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  expect(hash(found.path)).toBe(hash(join(built, 'linux')))
  expect(existsSync(join(dirname(found.path), 'sources.json'))).toBe(true)
})
