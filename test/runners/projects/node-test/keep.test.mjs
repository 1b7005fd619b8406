import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labFor } from 'netrig/node-test'

test('keeps', async (t) => {
  const lab = await labFor(t, { keep: 'on-failure', name: 'kept one' })
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, { delay: '5ms' })
  await lab.start()
  // What runs must not hold the runner.
  await a.spawn('sleep', ['1000']).started
  const waiting = b.exec('sleep', ['1000'])
  waiting.catch(() => undefined)
  await b.listen({ port: 9 })
  assert.equal(a.address, 'nothing')
})

test('passes', async (t) => {
  const lab = await labFor(t, { keep: 'on-failure', name: 'kept one' })
  lab.host('a')
  await lab.start()
  assert.equal(lab.name, 'kept one')
})
