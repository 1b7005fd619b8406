import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { scriptOf } from '../../src/process/script.js'
import { makeWorkFolder, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
const folders: string[] = []
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(async () => {
  await lab.stop()
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A folder below one of those of which hosts have their own, with a program and a file in it. */
function makeFolder(top: string): string {
  const folder = mkdtempSync(join(top, 'netrig test-'))
  folders.push(folder)
  writeFileSync(join(folder, 'hello'), '#!/bin/sh\necho "hello $1 from $(pwd)"\ncat\n', {
    mode: 0o755,
  })
  writeFileSync(join(folder, 'text'), 'some text')
  mkdirSync(join(folder, 'below'))
  return folder
}

test.each(['/tmp', '/dev/shm'])(
  'a working folder below %s is visible, others stay hidden',
  async (top) => {
    const folder = makeFolder(top)
    const other = makeFolder(top)
    const { stdout } = await exec(a, 'cat', ['text'], { cwd: folder })
    expect(stdout).toBe('some text')
    await expect(exec(a, 'cat', [join(other, 'text')])).rejects.toMatchObject({ exitCode: 1 })
    expect((await exec(a, 'ls', [top], { lines: true })).stdout).not.toContain(
      other.split('/').at(-1),
    )
  },
)

test('a program below /tmp, with its streams at once', async () => {
  const folder = makeFolder('/tmp')
  const subprocess = exec(a, join(folder, 'hello'), ['you'], { input: 'and more' })
  expect(subprocess.stdout).not.toBeNull()
  const result = await subprocess
  expect(result.stdout).toBe(`hello you from ${process.cwd()}\nand more`)
  expect(result.stdio).toHaveLength(3)
  expect(result.command).toBe(`${join(folder, 'hello')} you`)
  // Now that it is visible, the common way; both must look the same.
  const again = await exec(a, join(folder, 'hello'), ['you'], { input: 'and more' })
  expect({ ...again, durationMs: 0 }).toEqual({ ...result, durationMs: 0 })
})

test('a script below /tmp that an interpreter runs is the program; other arguments are not', async () => {
  const folder = makeFolder('/tmp')
  writeFileSync(join(folder, 'script.mjs'), "import './part.mjs'")
  writeFileSync(join(folder, 'part.mjs'), "console.log('both parts')")
  const { stdout } = await exec(a, 'node', [join(folder, 'script.mjs')])
  expect(stdout).toBe('both parts')
  const other = makeFolder('/tmp')
  const script = `require('fs').accessSync(${JSON.stringify(join(other, 'text'))})`
  await expect(exec(a, 'node', ['-e', script])).rejects.toMatchObject({ exitCode: 1 })
})

test('by a relative path, by PATH, by a template, by spawn', async () => {
  const cases = [
    (folder: string) => exec(a, './hello', ['x'], { cwd: folder, input: '' }),
    (folder: string) =>
      exec(a, 'hello', ['x'], { env: { PATH: `${folder}:/usr/bin:/bin` }, input: '' }),
    (folder: string) => scriptOf(a)({ input: '' })`${join(folder, 'hello')} x`,
    (folder: string) =>
      exec(a, join(folder, 'hello'), ['x'], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] }),
  ]
  for (const run of cases) {
    const result = await run(makeFolder('/tmp'))
    expect(result.stdout).toMatch(/^hello x from /)
  }
  const program = spawn(a, join(makeFolder('/tmp'), 'hello'), ['x'])
  program.stdin!.end()
  expect(await program.exited).toEqual({ exitCode: 0, signal: undefined })
})

test('by a link from outside, and a link to the outside', async () => {
  const folder = makeFolder('/tmp')
  const outside = makeWorkFolder()
  folders.push(outside)
  symlinkSync(folder, join(outside, 'link'))
  expect((await exec(a, 'cat', ['text'], { cwd: join(outside, 'link') })).stdout).toBe('some text')
  writeFileSync(join(outside, 'text'), 'outside')
  const back = join(makeFolder('/tmp'), 'back')
  symlinkSync(outside, back)
  expect((await exec(a, 'cat', ['text'], { cwd: back })).stdout).toBe('outside')
})

test('the host writes to the folder as to any of the working folder', async () => {
  const folder = makeFolder('/tmp')
  await exec(a, 'sh', ['-c', 'echo changed > text'], { cwd: folder })
  expect((await exec(a, 'cat', ['text'], { cwd: folder })).stdout).toBe('changed')
})

test('many programs that want the same folder at once', async () => {
  const folder = makeFolder('/tmp')
  const all = await Promise.all(
    Array.from({ length: 8 }, () => exec(a, 'cat', ['text'], { cwd: folder })),
  )
  expect(all.map(({ stdout }) => stdout)).toEqual(Array(8).fill('some text'))
  const { stdout } = await exec(a, 'sh', [
    '-c',
    `grep -c ' ${folder.replaceAll(' ', '.040')} ' /proc/self/mounts`,
  ])
  expect(stdout).toBe('1')
})

test('one that is killed before it may start', async () => {
  const folder = makeFolder('/tmp')
  const subprocess = exec(a, 'cat', ['text'], { cwd: folder, reject: false })
  subprocess.kill('SIGKILL')
  expect(await subprocess).toMatchObject({ signal: 'SIGKILL' })
})

test('after a restart it is shown again', async () => {
  const folder = makeFolder('/tmp')
  await exec(a, 'cat', ['text'], { cwd: folder })
  await a.crash()
  await a.restart()
  expect((await exec(a, 'cat', ['text'], { cwd: folder })).stdout).toBe('some text')
})

test('what is not there, in no way', async () => {
  await expect(exec(a, '/tmp/netrig-no-such')).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
  await expect(exec(a, 'true', [], { cwd: '/tmp/netrig-no-such' })).rejects.toMatchObject({
    code: 'CWD_NOT_FOUND',
  })
})

test('a folder that cannot be shown says so', async () => {
  const site = {
    ...a,
    visible: Object.assign(Object.create(a.visible), {
      missing: () => ['/tmp/x'],
      show: () => Promise.reject(new Error('no')),
    }),
  }
  await expect(exec(site, 'true')).rejects.toThrow('no')
})
