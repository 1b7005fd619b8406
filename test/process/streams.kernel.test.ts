import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { computingTakesTime } from '../support/processor.js'
import { eventually, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

const MIB = 1 << 20
/** Numbers, so that a lost or doubled byte changes the sum. */
const COUNT = (bytes: number) => ['-c', `seq 1 100000000 | head -c ${bytes}`]

async function sumOf(
  stream: AsyncIterable<Uint8Array>,
  pause = 0,
): Promise<{ size: number; sum: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    size += chunk.length
    if (pause > 0 && size % (16 * MIB) < chunk.length) await sleep(pause)
  }
  return { size, sum: hash.digest('hex') }
}

test('100 MB of output lose no byte', { timeout: 60_000 }, async () => {
  const size = 100_000_000
  const { stdout } = await exec(a, 'sh', ['-c', `seq 1 100000000 | head -c ${size} | sha256sum`])
  const read = await sumOf(spawn(a, 'sh', COUNT(size)).stdout)
  expect(read.size).toBe(size)
  expect(stdout).toContain(read.sum)
})

test('a result holds all of the output, too', async () => {
  const size = 30 * MIB
  const { stdout } = await exec(a, 'sh', COUNT(size), {
    encoding: 'buffer',
    stripFinalNewline: false,
  })
  const { stdout: sum } = await exec(a, 'sha256sum', [], { input: stdout })
  expect(stdout.length).toBe(size)
  expect(sum).toContain(createHash('sha256').update(stdout).digest('hex'))
})

test('a slow reader slows the program down and gets everything', async () => {
  const program = spawn(a, 'sh', COUNT(40 * MIB))
  const { size } = await sumOf(program.stdout, 20)
  expect(size).toBe(40 * MIB)
  expect(program.stdout.readableLength).toBe(0)
})

test('input of many megabytes passes', async () => {
  const input = Buffer.alloc(20 * MIB, 'netrig ')
  const { stdout } = await exec(a, 'sha256sum', [], { input })
  expect(stdout).toContain(createHash('sha256').update(input).digest('hex'))
})

test.runIf(computingTakesTime)(
  'a program that writes for ever is not stopped by nobody reading, and takes no memory',
  async () => {
    const program = spawn(a, 'sh', ['-c', 'while :; do head -c 1000000 /dev/zero; done'])
    await program.started
    const before = process.memoryUsage.rss()
    await sleep(700)
    expect(process.memoryUsage.rss() - before).toBeLessThan(120 * MIB)
    expect(program.lastLines.join('').length).toBeLessThanOrEqual(64 * 1024)
    await program.stop()
    expect(program.signal).toBe('SIGTERM')
  },
)

test('a late reader gets the beginning', async () => {
  const program = spawn(a, 'sh', ['-c', 'echo first; sleep 0.1; echo second >&2; echo third'])
  await program.exited
  const read = async (stream: AsyncIterable<Uint8Array>) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  expect(await read(program.stdout)).toBe('first\nthird\n')
  expect(await read(program.stderr)).toBe('second\n')
  expect((await read(program.all)).split('\n').sort()).toEqual(['', 'first', 'second', 'third'])
})

test('a reader that goes away does not stop the program', async () => {
  const program = spawn(a, 'sh', ['-c', `yes | head -c ${8 * MIB}; echo end >&2`])
  for await (const chunk of program.stdout) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  expect(await program.exited).toEqual({ exitCode: 0, signal: undefined })
  expect(program.lastLines).toContain('end')
})

test('a program that closes its stdout is seen to', async () => {
  const subprocess = exec(a, 'sh', ['-c', 'echo bye; exec >&- 2>&-; sleep 0.5; exit 7'], {
    reject: false,
  })
  const ended = new Promise<number>((resolve) => {
    subprocess.stdout.once('end', () => resolve(performance.now()))
  })
  const result = await subprocess
  expect(result).toMatchObject({ stdout: 'bye', exitCode: 7 })
  expect(performance.now() - (await ended)).toBeGreaterThan(200)
})

test('the end of stdin reaches the program', async () => {
  const program = spawn(a, 'cat')
  program.stdin!.end('some text')
  expect(await program.exited).toEqual({ exitCode: 0, signal: undefined })
  expect(program.lastLines).toEqual(['some text'])
})

test('stdin: ignore, and outputs that are no pipes', async () => {
  const program = spawn(a, 'sh', ['-c', 'cat; echo done'], { stdin: 'ignore', stdout: 'ignore' })
  expect(program.stdin).toBeNull()
  for await (const _ of program.stdout) throw new Error('there is nothing to read')
  expect((await program.exited).exitCode).toBe(0)
})

test('a transform of execa sees the output of a spawned program', async () => {
  const stdout = function* (line: unknown) {
    yield `> ${line}`
  }
  const program = spawn(a, 'sh', ['-c', 'echo one; echo two'], { stdout })
  await program.exited
  expect(program.lastLines).toEqual(['> one', '> two'])
})

test('messages to a spawned program', async () => {
  const code = 'process.on("message", (m) => process.send(m * 2))'
  await using program = spawn(a, process.execPath, ['-e', code], { ipc: true })
  const { subprocess } = program as unknown as {
    subprocess: ReturnType<typeof exec<{ ipc: true }>>
  }
  await subprocess.sendMessage(21)
  expect(await subprocess.getOneMessage()).toBe(42)
})

test('no descriptor is left behind', async () => {
  const { readdirSync } = await import('node:fs')
  const count = () => readdirSync('/proc/self/fd').length
  await exec(a, 'true')
  const before = count()
  for (let round = 0; round < 20; round += 1) {
    await exec(a, 'cat', [], { input: 'x' })
    const program = spawn(a, 'sleep', ['100'])
    await program.started
    await program.stop()
    await exec(a, 'no-such').catch(() => undefined)
  }
  await eventually(() => count() <= before, `${before} descriptors again, not ${count()}`)
})
