import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { makeWorkFolder, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

test('a program runs in its host and gives what execa gives', async () => {
  const args = ['-c', 'hostname; pwd; echo $NETRIG_TEST; echo oops >&2']
  const result = await exec(a, 'sh', args)
  expect(result).toMatchObject({
    stdout: `a\n${process.cwd()}\na`,
    stderr: 'oops',
    command: 'sh -c hostname; pwd; echo $NETRIG_TEST; echo oops >&2',
    escapedCommand: "sh -c 'hostname; pwd; echo $NETRIG_TEST; echo oops >&2'",
    cwd: process.cwd(),
  })
  const outside = await execa('sh', args, { reject: false })
  expect(Object.keys(result).sort()).toEqual(Object.keys(outside).sort())
})

test.each([
  ['echo a line; echo another >&2; exit 3', {}],
  ['kill -TERM $$', {}],
  ['exit 126', {}],
  ['exit 127', {}],
  ['exit 125', {}],
  ['no-such-thing', {}],
  ["printf 'one\\ntwo\\n'; exit 255", { lines: true }],
])('%s fails as it fails outside', async (script, options) => {
  const pick = (error: Record<string, unknown>) => {
    const { stack: _, durationMs: __, ...rest } = error
    return { ...rest, message: error.message, name: error.name }
  }
  const inside = await exec(a, 'sh', ['-c', script], options).catch(pick)
  const outside = await execa('sh', ['-c', script], options).catch(pick)
  expect(inside).toEqual(outside)
})

test('reject: false resolves with the error', async () => {
  const result = await exec(a, 'sh', ['-c', 'exit 4'], { reject: false })
  expect(result).toMatchObject({ failed: true, exitCode: 4, command: 'sh -c exit 4' })
  expect(result.shortMessage).toBe("Command failed with exit code 4: sh -c 'exit 4'")
})

test('input, encoding, lines, all and stripFinalNewline', async () => {
  expect((await exec(a, 'cat', [], { input: 'for cat' })).stdout).toBe('for cat')
  const bytes = await exec(a, 'head', ['-c', '3', '/dev/zero'], { encoding: 'buffer' })
  expect(bytes.stdout).toEqual(new Uint8Array(3))
  expect((await exec(a, 'printf', ['a\\nb\\n'], { lines: true })).stdout).toEqual(['a', 'b'])
  const both = await exec(a, 'sh', ['-c', 'echo 1; echo 2 >&2'], { all: true })
  expect(both.all.split('\n').sort()).toEqual(['1', '2'])
  const raw = await exec(a, 'echo', ['x'], { stripFinalNewline: false })
  expect(raw.stdout).toBe('x\n')
})

test('options may stand in for arguments', async () => {
  expect((await exec(a, 'cat', { input: 'x' })).stdout).toBe('x')
})

test('the environment is that of the process, the host and the call, in this order', async () => {
  const site = { ...a, env: { ONE: 'host', TWO: 'host' } }
  const env = { TWO: 'call' }
  process.env.ONE = 'process'
  process.env.THREE = 'process'
  try {
    const all = await exec(site, 'sh', ['-c', 'echo $ONE $TWO $THREE'], { env })
    expect(all.stdout).toBe('host call process')
    const few = await exec(site, '/usr/bin/env', [], { env, extendEnv: false, lines: true })
    expect(few.stdout.sort()).toEqual(['ONE=host', 'TWO=call'])
  } finally {
    delete process.env.ONE
    delete process.env.THREE
  }
})

test('more descriptors than three', async () => {
  const heard: string[] = []
  const sink = new Writable({
    write(chunk, _, done) {
      heard.push(String(chunk))
      done()
    },
  })
  const result = await exec(a, 'sh', ['-c', 'cat <&4 >&3; echo five >&5'], {
    stdio: ['ignore', 'pipe', 'pipe', ['pipe', sink], Uint8Array.of(104, 105), 'pipe'],
  })
  expect(heard.join('')).toBe('hi')
  expect(result.stdio[3]).toBe('hi')
  expect(result.stdio[5]).toBe('five')
})

test('only the descriptors that are meant for it', async () => {
  const args = ['-c', 'ls /proc/self/fd']
  const inside = await exec(a, 'sh', args)
  // Whatever else the test run has inherited. 3 is the folder that ls reads.
  expect(inside.stdout).toBe('0\n1\n2\n3')
})

test('the streams are there at once, and lines can be iterated', async () => {
  const subprocess = exec(a, 'sh', ['-c', 'read line; echo "got $line"; echo end'])
  subprocess.stdin.end('this\n')
  const lines: string[] = []
  for await (const line of subprocess) lines.push(line)
  expect(lines).toEqual(['got this', 'end'])
})

test('a shell in the host', async () => {
  const result = await exec(a, 'echo $0 $((1 + 2)) | cat; hostname', [], { shell: true })
  expect(result.stdout).toBe('/bin/sh 3\na')
  expect(result.command).toBe('echo $0 $((1 + 2)) | cat; hostname')
  const bash = await exec(a, 'echo', ['$BASH_VERSION', '|', 'cat'], { shell: '/bin/bash' })
  expect(bash.stdout).toMatch(/^\d/)
})

test('argv0', async () => {
  expect((await exec(a, 'sh', ['-c', 'echo $0'], { argv0: 'other' })).stdout).toBe('other')
})

test('node: true runs a file by this Node, with messages both ways', async () => {
  const folder = makeWorkFolder()
  try {
    const file = join(folder, 'echo.mjs')
    writeFileSync(
      file,
      `process.once('message', (m) => { process.send({ back: m }, () => process.disconnect()) })
       console.log(process.version, process.execPath, process.argv.slice(2).join())`,
    )
    const subprocess = exec(a, file, ['x', 'y'], { node: true, nodeOptions: [], ipc: true })
    await subprocess.sendMessage('hello')
    await expect(subprocess.getOneMessage()).resolves.toEqual({ back: 'hello' })
    const result = await subprocess
    expect(result.stdout).toBe(`${process.version} ${process.execPath} x,y`)
    expect(result.command).toBe(`${file} x y`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('preferLocal finds programs of the working folder', async () => {
  const options = { preferLocal: true, env: { PATH: '/usr/bin:/bin' } }
  const { stdout } = await exec(a, 'sh', ['-c', 'echo $PATH'], options)
  expect(stdout.split(':')[0]).toBe(join(process.cwd(), 'node_modules/.bin'))
})

test('the umask and the limits are those of this process', async () => {
  const script = 'umask; ulimit -n; ulimit -c'
  const inside = await exec(a, 'sh', ['-c', script])
  const [mask] = (await execa('sh', ['-c', script], { lines: true })).stdout
  expect(inside.stdout.split('\n')[0]).toBe(mask)
})

test('verbose prints the command as it was written', async () => {
  const seen: string[] = []
  const verbose = (line: string, about: { escapedCommand: string }) => {
    seen.push(line)
    expect(about.escapedCommand).toBeDefined()
    return undefined
  }
  await exec(a, 'echo', ['one two'], { verbose })
  expect(seen[0]).toContain("echo 'one two'")
  expect(seen.join('\n')).not.toContain('--lab')
})

test('an argument of any content arrives', async () => {
  const nasty = [
    '',
    ' ',
    '--',
    '-x',
    "it's",
    '"',
    '$HOME',
    '\n',
    'ü€𝄞',
    '*',
    '\\',
    'x'.repeat(100_000),
  ]
  const code = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'
  const { stdout } = await exec(a, process.execPath, ['-e', code, '--', ...nasty])
  expect(JSON.parse(stdout)).toEqual(nasty)
})

test('many at once', async () => {
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      exec(a, 'sh', ['-c', `echo ${n}; exit $((${n} % 2))`], { reject: false }),
    ),
  )
  for (const [n, { stdout, exitCode }] of results.entries()) {
    expect([stdout, exitCode]).toEqual([String(n), n % 2])
  }
})

test('a failure nobody listens for is an unhandled rejection, as outside', async () => {
  const unhandled: unknown[] = []
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => unhandled.push(reason))
  try {
    const subprocess = exec(a, 'false')
    await new Promise((resolve) => subprocess.once('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(unhandled).toMatchObject([{ command: 'false', exitCode: 1 }])
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of before) process.on('unhandledRejection', listener)
  }
})
