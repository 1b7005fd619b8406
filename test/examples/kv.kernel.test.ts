import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const demo = fileURLToPath(new URL('../../examples/kv/demo.mjs', import.meta.url))
// Itself it takes 10 s, on a machine that does nothing else.
const LONG = 60_000

/** Starts the demo as CI does, without a terminal; `output` is what it printed so far. */
function startDemo() {
  const child: ChildProcess = spawn(process.execPath, [demo], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The runner's own wishes for colours are not the demo's.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined },
  })
  const run = { child, output: '', closed: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      run.output += text
    })
  }
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await run.closed
  })
  return run
}

/** Labs that a process holds, by their sockets. */
function labsOf(pid: number | undefined): string[] {
  const sockets = readFileSync('/proc/net/unix', 'utf8').split('\n')
  return sockets.filter((line) => line.includes(`/${pid}/`) && line.includes('@netrig/'))
}

test(
  'the demo finds what is wrong with the naive version, and nothing wrong with the mended one',
  async () => {
    const run = startDemo()
    const [code] = (await run.closed) as [number | null]
    const { output } = run
    expect(code, output).toBe(0)
    const [naive, mended] = output.split('Part 2')
    expect(naive).toMatch(/SPLIT BRAIN +n1 and n2 both led/)
    expect(naive).toMatch(/STALE READ +alice read price=100/)
    expect(naive).toMatch(/LOST WRITE +bob had been told that price=200 is stored/)
    expect(mended).toContain('NO FAULT')
    expect(mended).toMatch(/Alice reads price, cut off +"price=100" +"not now"/)
    expect(mended).toMatch(/Bob reads price after it +"price=100" +"price=200"/)
    expect(output.match(/swallowed [1-9]\d* packets/g)).toHaveLength(2)

    // Readable anywhere: no colours without a terminal, nothing wider than 80 columns.
    expect(output).not.toContain('\x1b')
    expect(output.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(labsOf(run.child.pid)).toEqual([])
  },
  LONG,
)

test(
  'Ctrl-C ends the demo at once and takes everything away',
  async () => {
    const run = startDemo()
    await expect.poll(() => run.output, { timeout: LONG / 2 }).toContain('The network is cut')
    expect(labsOf(run.child.pid)).not.toEqual([])
    run.child.kill('SIGINT')
    const [code] = (await run.closed) as [number | null]
    expect(code).toBe(130)
    expect(run.output).toContain('Stopped. Taking everything away.')
    expect(labsOf(run.child.pid)).toEqual([])
  },
  LONG,
)
