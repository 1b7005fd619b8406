import { describe, expect } from 'vitest'
import { netrigVm, test } from './support.js'

const node = (script: string) => [process.execPath, '-e', script]
const TIMER = 'const t = Date.now(); setTimeout(() => console.log(Date.now() - t), 600_000)'

test.each(['--virtual-time', '--virtual-time=full', '--virtual-time=idle'])(
  '%s: a timer of ten minutes takes seconds, and reads ten minutes',
  (option) => {
    const started = performance.now()
    const { stdout, stderr } = netrigVm(option, '--', ...node(TIMER))
    expect(stderr).toBe('')
    // In idle time Node's own work takes the time that it takes.
    const late = Number(stdout) - 600_000
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThanOrEqual(option.endsWith('idle') ? 5000 : 5)
    expect(performance.now() - started).toBeLessThan(20_000)
  },
)

test('without virtual time a second is a second', () => {
  const started = performance.now()
  const { stdout } = netrigVm('--', ...node(TIMER.replace('600_000', '1_000')))
  expect(Number(stdout)).toBeGreaterThanOrEqual(1000)
  expect(performance.now() - started).toBeGreaterThan(1000)
})

test('virtual time begins now, or when --clock says', () => {
  const now = Number(netrigVm('--virtual-time', '--', ...node('console.log(Date.now())')).stdout)
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000)
  const clock = '2030-02-03T04:05:06Z'
  const then = netrigVm('--virtual-time', '--clock', clock, '--', 'date', '-u', '+%FT%T').stdout
  expect(then).toBe('2030-02-03T04:05:06\n')
})

test('commands know what kind of time they live in', () => {
  const told = (...options: string[]) =>
    netrigVm(...options, '--', 'sh', '-c', 'echo "$NETRIG_VM $NETRIG_VIRTUAL_TIME"').stdout
  expect(told()).toBe('1 \n')
  expect(told('--virtual-time')).toBe('1 full\n')
  expect(told('--virtual-time=idle')).toBe('1 idle\n')
})

describe('a program that waits by looking at the clock', () => {
  const SPIN = 'const t = Date.now(); while (Date.now() - t < 50); console.log("done")'

  test('is well served by idle', () => {
    expect(netrigVm('--virtual-time=idle', '--', ...node(SPIN)).stdout).toBe('done\n')
  })

  test('ends in full, too: who looks and looks pays with time', () => {
    const spin = 'const t = Date.now(); while (Date.now() < t + 2000); console.log(Date.now() - t)'
    const { status, stdout } = netrigVm('--virtual-time', '--', ...node(spin))
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2000\n' })
  })

  test('without even that is named by the watchdog in full', () => {
    const forever = 'process.title = "spinner"; for (;;);'
    const started = performance.now()
    const { status, stderr } = netrigVm(
      ...['--virtual-time', '--watchdog', '2', '--', ...node(forever)],
    )
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^netrig: Virtual time has stood still for 2s: '(node|spinner|MainThread)' \(pid \d+\) computes without waiting/,
    )
    expect(stderr).toContain('--virtual-time=idle')
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})
