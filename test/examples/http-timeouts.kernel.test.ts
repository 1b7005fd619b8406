import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const file = fileURLToPath(
  new URL('../../examples/http-timeouts/timeouts.test.mjs', import.meta.url),
)

// Its twin for Vitest is part of this suite as it is.
test('the example for node:test passes', async () => {
  const child = spawn(process.execPath, ['--test', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // node:test takes itself for one of its own workers where this is set.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code, output).toBe(0)
  expect(output).toMatch(/\bpass 1\b/)
}, 30_000)
