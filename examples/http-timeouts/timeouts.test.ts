import { tcp } from 'netrig'
import { test } from 'netrig/vitest'
import { expect } from 'vitest'

const cwd = import.meta.dirname
const BUDGET = 1000 // ms, of shop.mjs
const SOON = 2 * BUDGET // what a busy machine may make of it; a shop that hangs takes far longer

test('the shop answers in time when its stock service is slow or gone', async ({ lab }) => {
  const [user, shop, stock] = lab.hosts('user', 'shop', 'stock')
  const lan = lab.switch('lan')
  lab.link(user, lan)
  lab.link(shop, lan)
  const cable = lab.link(stock, lan)
  await lab.start()
  await stock.spawn('node', ['stock.mjs'], { cwd, ready: tcp(8080) }).ready
  await shop.spawn('node', ['shop.mjs'], { cwd, ready: tcp(8080) }).ready
  const ask = async () => {
    const { stdout } = await user.exec('node', ['ask.mjs', 'http://shop:8080'], { cwd })
    return JSON.parse(stdout) as { status: number; text: string; ms: number }
  }

  expect(await ask()).toMatchObject({ status: 200, text: '5 left' })

  // Slower than usual, but within the budget: the answer is just late.
  await cable.update({ delay: '100ms' })
  expect(await ask()).toMatchObject({ status: 200, text: '5 left' })

  // So slow that the answer would come too late.
  await cable.update({ delay: '5s' })
  const slow = await ask()
  expect(slow.status).toBe(503)
  expect(slow.ms).toBeLessThan(SOON)
  await cable.update({ delay: 0 })
  // netem keeps its word to packets on their way, and others wait behind them: a plug pulled takes them away.
  await cable.down()
  await cable.up()

  // No packet comes through, and nobody says so: the hardest case for a program.
  const cut = await lab.partition([shop], [stock])
  const gone = await ask()
  expect(gone.status).toBe(503)
  expect(gone.ms).toBeLessThan(SOON)
  expect(cut.effect().packets).toBeGreaterThan(0)

  await cut.heal()
  expect(await ask()).toMatchObject({ status: 200, text: '5 left' })
})
