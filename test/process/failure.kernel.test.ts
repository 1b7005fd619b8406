import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { scriptOf } from '../../src/process/script.js'
import { makeWorkFolder, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
let folder: string
beforeAll(async () => {
  folder = makeWorkFolder()
  chmodSync(folder, 0o755)
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(async () => {
  await lab.stop()
  rmSync(folder, { recursive: true })
})

test('a program that is nowhere: where it was looked for', async () => {
  const env = { PATH: '/usr/bin:/bin' }
  const error = await exec(a, 'no-such-program', ['x'], { env }).catch((reason) => reason)
  expect(error).toMatchObject({
    name: 'NetrigError',
    code: 'PROGRAM_NOT_FOUND',
    errno: 'ENOENT',
  })
  // Fields of execa's errors, for code that looks at any failure.
  const { command, failed, exitCode, pipedFrom } = error
  expect([command, failed, exitCode, pipedFrom]).toEqual(['no-such-program x', true, undefined, []])
  expect(error.message).toContain(
    "host a has no program 'no-such-program': looked in /usr/bin, /bin.",
  )
  expect(error.stack).toContain('failure.kernel.test.ts')
})

test('the same for a path, a template, a shell, and by reject: false', async () => {
  await expect(exec(a, '/no/such')).rejects.toThrow("host a has no program '/no/such'.")
  await expect(exec(a, './no-such', [], { cwd: folder })).rejects.toThrow(
    `host a has no program './no-such' in ${folder}.`,
  )
  await expect(scriptOf(a)`no-such one`).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
  await expect(exec(a, 'x', [], { shell: '/no/shell' })).rejects.toThrow("no program '/no/shell'")
  const result = await exec(a, 'no-such', [], { reject: false })
  expect([result.failed, result.code]).toEqual([true, 'PROGRAM_NOT_FOUND'])
})

test('an interpreter that is nowhere', async () => {
  const file = join(folder, 'script')
  writeFileSync(file, '#!/no/such/interpreter\n', { mode: 0o755 })
  await expect(exec(a, file)).rejects.toThrow(/the file is there, but what it needs to run is not/)
})

test('a file that is no program', async () => {
  const file = join(folder, 'text')
  writeFileSync(file, 'echo x\n', { mode: 0o644 })
  await expect(exec(a, file)).rejects.toMatchObject({
    code: 'PROGRAM_NOT_EXECUTABLE',
    errno: 'EACCES',
    hint: expect.stringContaining('chmod'),
  })
  await expect(exec(a, folder)).rejects.toMatchObject({ code: 'PROGRAM_NOT_EXECUTABLE' })
})

test('a script without a first line is run by sh, as execvp does', async () => {
  const file = join(folder, 'plain')
  writeFileSync(file, 'echo plain\n', { mode: 0o755 })
  expect((await exec(a, file)).stdout).toBe('plain')
})

test('a working folder that is nowhere', async () => {
  await expect(exec(a, 'true', [], { cwd: '/no/such/folder' })).rejects.toMatchObject({
    code: 'CWD_NOT_FOUND',
    errno: 'ENOENT',
    message: expect.stringContaining('/no/such/folder'),
  })
  await expect(exec(a, 'true', [], { cwd: '/etc/passwd' })).rejects.toThrow(/not a directory/)
})

test('options that do not exist, or do nothing here', () => {
  expect(() => exec(a, 'true', [], { timeot: 3 } as object)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', hint: expect.stringContaining("'timeout'") }),
  )
  for (const options of [{ uid: 3 }, { gid: 3 }]) {
    expect(() => exec(a, 'true', [], options as object)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
  }
})

test('values that execa refuses', () => {
  expect(() => exec(a, 'true', [], { timeout: -1 })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('timeout'),
    }),
  )
  expect(() => exec(a, 'a\0b', [])).toThrow()
  expect(() => exec(a, 'true', ['a\0b'])).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  )
})

test('a command longer than the kernel takes', async () => {
  await expect(exec(a, 'true', ['x'.repeat(200_000)])).rejects.toThrow(/E2BIG/)
})

test('a host that is down', async () => {
  const other = await startLab()
  const b = other.hosts[0]!
  try {
    const running = exec(b, 'sleep', ['100'])
    const ended = running.catch((reason) => reason)
    await exec(b, 'true')
    await b.crash()
    expect(await ended).toMatchObject({ signal: 'SIGKILL', command: 'sleep 100' })
    const before = performance.now()
    await expect(exec(b, 'true')).rejects.toMatchObject({ code: 'HOST_DOWN' })
    expect(performance.now() - before).toBeLessThan(2000)
    await b.restart()
    await expect(exec(b, 'true')).resolves.toMatchObject({ exitCode: 0 })
  } finally {
    await other.stop()
  }
  await expect(exec(b, 'true')).rejects.toMatchObject({ code: 'HOST_DOWN' })
})
