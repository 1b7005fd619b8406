import { expect, test } from 'vitest'
import { Console, memoryDeaths } from '../../src/vm/console.js'
import { memorySentence, unheard, whyEnded } from '../../src/vm/failure.js'

const end = { code: 0, signal: null }
const MEMORY = 128 * 2 ** 20
// As kernel 6.12 prints them, with and without its clock.
const OOM =
  '[    1.000000] Out of memory: Killed process 22 (node) total-vm:722032kB, anon-rss:81388kB, UID:0'
const GROUP = 'Memory cgroup out of memory: Killed process 23 (limited) total-vm:1kB, UID:0'
const PANIC = [
  'Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b',
  'CPU: 0 UID: 0 PID: 1 Comm: vm-init Not tainted 6.12.57+ #1 ',
  'Stack:',
  ' 6080fe30 60041c3b 6080fe40 6057bd4b',
  'Call Trace:',
  ' [<6003ae2c>] ? printk+0x0/0x94',
]

test('memory that ran out, but not that of a group', () => {
  expect(memoryDeaths([OOM, GROUP, 'other'])).toEqual([{ pid: 22, name: 'node' }])
  expect(memorySentence([OOM], MEMORY)).toMatch(
    /^the vm ran out of its memory of 128MiB, and its kernel ended 'node' \(pid 22\)/,
  )
  expect(memorySentence([GROUP], MEMORY)).toBeUndefined()
})

test('a panic comes with the console, without the words of the stack', () => {
  const { code, message } = whyEnded(end, PANIC, MEMORY)
  expect(code).toBe('VM_LOST')
  expect(message).toMatch(
    /^The vm's kernel panicked: Attempted to kill init! exitcode=0x0000000b\./,
  )
  expect(message).toContain('Comm: vm-init')
  expect(message).not.toMatch(/6080fe30|6003ae2c/)
})

test('a panic for want of memory says what to do', () => {
  const deadlock = 'Kernel panic - not syncing: System is deadlocked on memory'
  expect(whyEnded(end, [deadlock], MEMORY).hint).toMatch(/--memory/)
})

test('what PID 1 could not do, the machine’s memory, and other ends', () => {
  expect(whyEnded(end, ['vm-init: /proc: No such device'], MEMORY).message).toMatch(
    /could not make its world: \/proc: No such device/,
  )
  expect(whyEnded({ code: null, signal: 'SIGBUS' }, [], MEMORY).message).toMatch(/no memory left/)
  expect(whyEnded({ code: 3, signal: null }, [], MEMORY).message).toBe(
    "The vm's kernel ended (exit code 3).",
  )
})

test('the console keeps its last lines, also one that has not ended', () => {
  const console = new Console()
  for (let n = 0; n < 500; n++) console.write(`line ${n}\r\n`)
  console.write('ha')
  console.write('lf')
  expect(console.lines.length).toBeLessThanOrEqual(201)
  expect(console.lines.slice(-2)).toEqual(['line 499', 'half'])
})

test('who kept a vm from hearing is named, where that is known', () => {
  const status = { virtualNs: 5n, switches: 7n, idle: false, pid: 20, name: 'node' }
  expect(unheard(status, 5000)).toMatchObject({
    code: 'VM_STUCK',
    message: expect.stringMatching(/no notice for 5s .* In it 'node' \(pid 20\) computes/),
  })
  expect(unheard(undefined, 5000).message).toContain('In it its kernel computes')
})
