import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cgroupSupport } from '../../src/kernel/cgroup/index.js'
import { blocksOf, moduleOf, programsOf } from '../house/support/docs.js'
import { root } from '../house/support/files.js'

// What a document shows is what a reader types: it runs, as it stands, on the built package.

const documents = ['docs/labs.md', 'docs/faults.md', 'docs/wires.md', 'docs/rules.md']
const programs = documents.flatMap((file) =>
  programsOf(blocksOf(file, readFileSync(join(root, file), 'utf8'))),
)

/** For machines without ping(8): asks a closed port instead. */
const PING = `#!${process.execPath}
const host = process.argv.at(-1)
require('node:net').connect({ host, port: 9, timeout: 1000 })
  .on('error', (error) => process.exit(error.code === 'ECONNREFUSED' ? 0 : 1))
  .on('timeout', () => process.exit(1))
`

let folder = ''
const nameOf = ([first]: (typeof programs)[number]) =>
  `${basename(first!.file, '.md')}-${first!.line}`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrig-docs-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'netrig'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const program of programs) {
    writeFileSync(join(folder, `${nameOf(program)}.ts`), moduleOf(program))
  }
  // Node 20 knows neither types nor `await using`.
  const words = '--noCheck --module nodenext --target es2022 --lib es2022,esnext.disposable --types'
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const files = programs.map((program) => `${nameOf(program)}.ts`)
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...words.split(' '), '', ...files], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
  if (spawnSync('ping', ['-V']).error !== undefined) {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'ping'), PING, { mode: 0o755 })
  }
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(programs.map((program) => [nameOf(program), program] as const))(
  'the program at %s runs',
  async (name, program) => {
    const env = { ...process.env, PATH: `${process.env.PATH}${delimiter}${join(folder, 'bin')}` }
    const run = promisify(execFile)(process.execPath, [`${name}.js`], {
      cwd: folder,
      env,
      timeout: 60_000,
    })
    const asksForGroups = program.some(({ code }) => code.some((line) => /\bmemory:/.test(line)))
    const { memory, cpu } = cgroupSupport().limits
    if (asksForGroups && !(memory && cpu)) {
      // As the document says: where there is no control group, asking is an error that helps.
      await expect(run).rejects.toMatchObject({ stderr: expect.stringContaining('UNSUPPORTED') })
      return
    }
    const { stdout, stderr } = await run
    expect(stderr).toBe('')
    // `console.log(...) // what it prints`, where the document promises it.
    for (const line of program.flatMap(({ code }) => code)) {
      const [, promised] = /^\s*console\.log\(.*\) \/\/ ([\d. ]+)$/.exec(line) ?? []
      if (promised !== undefined) expect(stdout).toContain(promised)
    }
  },
  90_000,
)
