import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/files.js'

// The package as npm would pack it now. Build first: `npm run build`.

interface Manifest {
  readonly bin: Record<string, string>
  readonly exports: Record<string, string | Record<string, string>>
  readonly files: readonly string[]
}

/** What native/Makefile builds. */
const PROGRAMS = ['keeper', 'enter', 'relay', 'capture', 'vm-boot', 'vm-enter', 'vm-init']

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json')) as Manifest

/** Paths in the tarball. Scripts are left out: a test should not compile what another one runs. */
function packed(): string[] {
  const { stdout, stderr, status } = spawnSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    { cwd: root, encoding: 'utf8' },
  )
  expect(status, stderr).toBe(0)
  const [tarball] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  return tarball.files.map(({ path }) => path)
}

test('every export and command of the package exists', () => {
  const named = Object.values(manifest.exports)
    .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
    .concat(Object.values(manifest.bin))
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test("every export has its types first, and a source for this project's own checks", () => {
  const { paths } = (
    JSON.parse(read('tsconfig.check.json').replace(/^\s*\/\/.*$/gm, '')) as {
      compilerOptions: { paths: Record<string, string[]> }
    }
  ).compilerOptions
  const expected: Record<string, string[]> = {}
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue
    expect(Object.keys(target)).toEqual(['types', 'default'])
    const source = target.default?.replace('./dist/', './src/').replace(/\.js$/, '.ts') ?? ''
    expected[name.replace('.', 'netrig')] = [source]
  }
  expect(paths).toEqual(expected)
})

test('the package has helpers, library, documents, and nothing else', () => {
  const files = packed()
  const helpers = PROGRAMS.map((it) => `native/bin/linux-${process.arch}/${it}`)
  const needed = [...helpers, 'dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE']
  expect(needed.filter((file) => !files.includes(file))).toEqual([])
  const allowed = [
    /^(README\.md|LICENSE|package\.json)$/,
    /^dist\/.+\.(js|d\.ts)$/,
    /^docs\/.+/,
    new RegExp(`^native/bin/linux-(x64|arm64)/(${PROGRAMS.join('|')})$`),
  ]
  expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([])
})

test('helpers can be run and need no shared library', () => {
  for (const program of PROGRAMS) {
    const path = join(root, `native/bin/linux-${process.arch}/${program}`)
    expect(statSync(path).mode & 0o111, path).toBe(0o111)
    // A program that wants a dynamic linker names it in a PT_INTERP header (elf(5)).
    expect(programHeaders(readFileSync(path)), path).not.toContain(3)
  }
})

test('the package runs nothing when it is installed', () => {
  // npm 11 withholds such scripts, so what depended on one would not work.
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(Object.keys(scripts)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
  )
})

/** The types of a 64-bit little-endian ELF file's program headers. */
function programHeaders(elf: Buffer): number[] {
  expect(elf.toString('latin1', 0, 4)).toBe('\x7fELF')
  const start = Number(elf.readBigUInt64LE(32))
  const size = elf.readUInt16LE(54)
  const count = elf.readUInt16LE(56)
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(start + index * size))
}
