import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test as plain, vi } from 'vitest'
import { findKernel } from '../../src/vm/kernel/find.js'

const main = fileURLToPath(new URL('../../dist/adapters/cli/main.js', import.meta.url))

// A kernel boots in each test, beside whatever else the machine does.
vi.setConfig({ testTimeout: 120_000 })

/** Why no vm can be booted here; undefined when one can. */
function whyNot(): string | undefined {
  try {
    findKernel()
  } catch (error) {
    return (error as Error).message
  }
  // A machine may forbid ptrace, or itself be such a vm.
  const { status, stderr } = netrigVm('--', 'true')
  return status === 0 ? undefined : stderr
}

const reason = whyNot()
if (reason !== undefined) console.warn(`vm tests are left out: ${reason}`)

/** Tests that need netrig's kernel; where there is none they are skipped, with the reason on stderr. */
export const test = plain.skipIf(reason !== undefined)
/** The same, for what only root can do. */
export const rootTest = plain.skipIf(reason !== undefined || process.getuid?.() !== 0)
/** The same, for what is tried with a program that not every machine has. */
export function testWith(program: string) {
  const lacks = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0
  if (lacks) console.warn(`tests with ${program} are left out: it is not installed`)
  return plain.skipIf(reason !== undefined || lacks)
}

/** Runs `netrig vm` as people do, and waits. */
export function netrigVm(...args: string[]) {
  return netrigVmIn({}, ...args)
}

export function netrigVmIn(
  options: { cwd?: string; input?: string | Buffer; env?: Record<string, string | undefined> },
  ...args: string[]
) {
  const { env, ...rest } = options
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [main, 'vm', ...args], {
    ...rest,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 256 << 20,
  })
  return { status, signal, stdout, stderr }
}

/** Starts `netrig vm` beside the test. */
export function startVm(options: SpawnOptions, ...args: string[]) {
  return spawn(process.execPath, [main, 'vm', ...args], options)
}

/** The words of a shell that start `netrig vm`. */
export const netrigVmWords = [process.execPath, main, 'vm']
