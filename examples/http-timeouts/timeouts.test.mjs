// The same for node:test, cut short: `node --test examples/http-timeouts/timeouts.test.mjs`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tcp } from 'netrig'
import { labFor } from 'netrig/node-test'

const cwd = fileURLToPath(new URL('.', import.meta.url))

test('the shop answers in time when its stock service is gone', async (t) => {
  const lab = await labFor(t)
  const [user, shop, stock] = lab.hosts('user', 'shop', 'stock')
  const lan = lab.switch('lan')
  for (const host of [user, shop, stock]) lab.link(host, lan)
  await lab.start()
  await stock.spawn('node', ['stock.mjs'], { cwd, ready: tcp(8080) }).ready
  await shop.spawn('node', ['shop.mjs'], { cwd, ready: tcp(8080) }).ready
  const ask = async () => {
    const { stdout } = await user.exec('node', ['ask.mjs', 'http://shop:8080'], { cwd })
    return JSON.parse(stdout)
  }

  assert.equal((await ask()).status, 200)

  const cut = await lab.partition([shop], [stock])
  const gone = await ask()
  assert.equal(gone.status, 503)
  assert.ok(gone.ms < 2000, `answered after ${gone.ms} ms`)
  assert.ok(cut.effect().packets > 0)

  await cut.heal()
  assert.equal((await ask()).status, 200)
})
