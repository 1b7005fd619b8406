import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { startVm, test } from './support.js'

// Signals for `netrig vm`: who hears them, and what if nobody does.

function started(...args: string[]) {
  // A group of its own, for what a terminal would say to all of it.
  const child = startVm({ stdio: ['ignore', 'pipe', 'pipe'], detached: true }, ...args)
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const said = { out: '', err: '' }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  return { child, said, end: endOf(child) }
}

async function endOf(child: ChildProcess) {
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { status, signal }
}

/** What it writes comes out only while it waits for something. */
const script = 'echo up; sleep 1; while :; do :; done'
const SPIN = ['--virtual-time', '--watchdog', 'off', '--', 'sh', '-c', script]
const UNTIL_IT_SPINS = 2000

test.each([
  ['SIGTERM', 1],
  ['SIGINT', -1],
] as const)(
  'one %s ends a vm in which a program spins and nobody hears it',
  async (signal, who) => {
    const { child, said, end } = started(...SPIN)
    await expect.poll(() => said.out, { timeout: 20_000 }).toBe('up\n')
    await sleep(UNTIL_IT_SPINS)
    process.kill(who * child.pid!, signal)
    expect(await end).toEqual({ status: null, signal })
    expect(said.err).toMatch(
      /^netrig: The vm was ended: it took no notice for 5s of what was to end the command\. In it 'sh' \(pid \d+\) computes without waiting for anything\.\n$/,
    )
  },
)

test('a command that takes its time to end is left to it', async () => {
  const script = 'trap "sleep 8; exit 3" TERM; echo up; while :; do sleep 0.1; done'
  const { child, said, end } = started('--', 'sh', '-c', script)
  await expect.poll(() => said.out, { timeout: 20_000 }).toBe('up\n')
  child.kill('SIGTERM')
  expect(await end).toEqual({ status: 3, signal: null })
  expect(said.err).toBe('')
})

test('a command that does not care is left alone, but the third signal in a row ends the vm', async () => {
  const { child, said, end } = started('--', 'sh', '-c', 'trap "" TERM; echo up; sleep 1000')
  await expect.poll(() => said.out, { timeout: 20_000 }).toBe('up\n')
  child.kill('SIGTERM')
  // Long after an answer from the vm, which waits for nothing but an end.
  await sleep(7000)
  child.kill('SIGTERM')
  await sleep(500)
  expect(child.exitCode ?? child.signalCode).toBe(null)
  // The third and the fourth: on a slow machine the first may be too long ago to count.
  child.kill('SIGTERM')
  await sleep(500)
  child.kill('SIGTERM')
  expect(await end).toEqual({ status: null, signal: 'SIGTERM' })
  expect(said.err).toBe('netrig: The vm was stopped while the command ran.\n')
})

test('what a command is told by other signals is none of ours, however often', async () => {
  const script = 'trap "echo again" HUP; trap "exit 4" TERM; echo up; while :; do sleep 0.1; done'
  const { child, said, end } = started('--', 'sh', '-c', script)
  await expect.poll(() => said.out, { timeout: 20_000 }).toBe('up\n')
  for (let times = 1; times <= 4; times++) {
    child.kill('SIGHUP')
    await expect.poll(() => said.out, { timeout: 20_000 }).toBe(`up\n${'again\n'.repeat(times)}`)
  }
  child.kill('SIGTERM')
  expect(await end).toEqual({ status: 4, signal: null })
})
