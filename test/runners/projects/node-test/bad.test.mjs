import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { labFor } from 'netrig/node-test'

describe('a network', () => {
  test('that is cut', async (t) => {
    const lab = await labFor(t)
    const lan = lab.switch('lan')
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, lan)
    lab.link(b, lan)
    await lab.start()
    const program = a.spawn('sh', ['-c', 'echo first; echo last words >&2; exit 3'])
    await program.exited
    await lab.partition([a], [b])
    assert.equal(a.address, 'what it is not')
  })
})

test('that takes too long', { timeout: 500 }, async (t) => {
  const lab = await labFor(t)
  const a = lab.host('a')
  await lab.start()
  await a.exec('sleep', ['100'])
})
