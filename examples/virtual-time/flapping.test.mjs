// Two hours of a network that comes and goes:
//
//   npx netrig vm --virtual-time -- node --test examples/virtual-time/flapping.test.mjs
//
// Without `netrig vm` it goes through half a minute of it: that the test works can be seen, not that
// the postmen do.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { log, tcp } from 'netrig'
import { labFor } from 'netrig/node-test'

const cwd = fileURLToPath(new URL('.', import.meta.url))
const inVirtualTime = process.env.NETRIG_VIRTUAL_TIME !== undefined
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
const DURATION = inVirtualTime ? 2 * HOUR : 30 * SECOND

//   anna  bert  office  letterbox
//    └─────┴──[town]──────┘
test('all letters arrive, whoever is cut off', async (t) => {
  const lab = await labFor(t)
  const random = lab.random()
  const [anna, bert, office, letterbox] = lab.hosts('anna', 'bert', 'office', 'letterbox')
  const town = lab.switch('town')
  const links = [anna, bert, office, letterbox].map((host) => lab.link(host, town))
  await lab.start()

  const asked = (host, what) =>
    host.fetch(`http://${host.name}:8080/${what}`, { method: 'POST', body: '{}' })
  await office.spawn('node', ['office.mjs'], { cwd, ready: tcp(8080) }).ready
  await letterbox.spawn('node', ['letterbox.mjs'], { cwd, ready: tcp(8080) }).ready
  const postmen = [anna, bert].map((host) =>
    host.spawn('node', ['postman.mjs', host.name], { cwd, ready: log(/ready/) }),
  )
  await Promise.all(postmen.map(({ ready }) => ready))

  const end = Date.now() + DURATION
  const flap = async (link) => {
    while (Date.now() < end) {
      await sleep(random.between(DURATION / 100, DURATION / 12))
      await link.down()
      await sleep(random.between(SECOND, DURATION / 20))
      await link.up()
    }
  }
  await Promise.all(links.map(flap))

  await asked(office, 'enough')
  const state = async (host) => await (await asked(host, 'state')).json()
  const last = Date.now() + 15 * MINUTE
  while ((await state(office)).waiting > 0 && Date.now() < last) await sleep(10 * SECOND)

  const { written, waiting, rounds } = await state(office)
  const { letters, stale } = await state(letterbox)
  t.diagnostic(`${letters} of ${written} letters in ${rounds} rounds, ${stale} refused`)
  assert.deepEqual({ waiting, letters }, { waiting: 0, letters: written })
  if (inVirtualTime) assert.ok(rounds > 2, 'the round changed hands')
})
