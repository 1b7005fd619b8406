import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readPcapng } from '../support/pcapng.js'
import { Runner } from './support/runner.js'
import { cleaning } from './support/traces.js'

// The runner, runners/capture.mjs, has two hosts that talk without a pause, and captures them:
//
//   a ---- b

function captureFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-capture-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'shot.pcapng')
}

/**
 * The blocks of a file that may end amid one: the kernel stops a write of a process that is killed at the
 * border of a page (generic_perform_write, mm/filemap.c).
 */
function wholeBlocks(bytes: Buffer): Buffer {
  let at = 0
  while (at + 8 <= bytes.length && at + bytes.readUInt32LE(at + 4) <= bytes.length) {
    at += bytes.readUInt32LE(at + 4)
  }
  return bytes.subarray(0, at)
}

test('a runner that is killed leaves a file that can be read, and nothing else', async () => {
  const file = captureFile()
  const runner = new Runner('capture.mjs', [file])
  try {
    await runner.heard(/^capturing$/)
    runner.traces.look()
    await runner.kill()
    const died = performance.now()
    const { left } = await cleaning(runner.traces, died, 5000)
    expect(left).toEqual([])
  } finally {
    await runner.kill()
  }
  const size = statSync(file).size
  const bytes = readFileSync(file)
  const whole = wholeBlocks(bytes)
  const { packets } = readPcapng(whole)
  expect(packets.length).toBeGreaterThan(100)
  expect(bytes.length - whole.length).toBeLessThan(300_000)
  // Nobody writes any more.
  expect(statSync(file).size).toBe(size)
})

test('a file that must not grow any more ends with a whole packet, and that is said', async () => {
  const file = captureFile()
  const script = fileURLToPath(new URL('runners/capture.mjs', import.meta.url))
  // POSIX: units of 512 bytes; some shells count in 1024.
  const words = ['-c', 'ulimit -f 512 && exec "$0" "$@"', process.execPath, script, file]
  const child = spawn('/bin/sh', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line)
    if (line === 'capturing') child.stdin!.write('stop\n')
  })
  expect(await exited).toEqual([0, null])
  expect(lines).toEqual(['capturing', 'CAPTURE_FAILED EFBIG true'])
  const { packets, statistics } = readPcapng(readFileSync(file))
  expect(packets.length).toBeGreaterThan(0)
  expect(statistics).toEqual([])
  expect(statSync(file).size).toBeLessThanOrEqual(512 * 1024)
  expect(statSync(file).size).toBeGreaterThan(100_000)
})
