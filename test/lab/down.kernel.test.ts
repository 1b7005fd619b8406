import { describe, expect, test } from 'vitest'
import { aLab, eventually, ofInterface, reaches, SILENCE, silent, talk } from './support/bench.js'
import { builds, everyKind } from './support/kinds.js'

describe.concurrent.each(builds(everyKind))(
  'a link $name (support/kinds.ts has the drawings)',
  ({ begin }) => {
    test('down it swallows packets in silence and counts them, up it carries them', async ({
      onTestFinished,
    }) => {
      const { a, b, link } = await begin(onTestFinished)
      const connection = await talk(a, b)
      expect(await connection.say('before')).toBe('before')
      await link.down()
      expect(link.isDown).toBe(true)
      expect(await connection.say('during', SILENCE)).toBeUndefined()
      await eventually('packets are eaten', () => link.effect().packets > 0)
      // Silent: a pulled plug would show.
      expect(await ofInterface(a, 'eth0', 'carrier')).toBe('1')
      await link.up()
      expect(link.isDown).toBe(false)
      expect(await connection.say('after')).toBe('after')
      expect(await reaches(b, a)).toBe(true)
    })

    test('its carrier can go, too, and comes back', async ({ onTestFinished }) => {
      const { a, b, link } = await begin(onTestFinished)
      const connection = await talk(a, b)
      await link.down({ carrier: true })
      for (const host of [a, b]) {
        const mine = link.name.split('-').includes(host.name)
        // Switches have no interfaces that a test could look at.
        const wanted = mine ? '0' : '1'
        await eventually(
          `the carrier of ${host} is ${wanted}`,
          async () => (await ofInterface(host, 'eth0', 'carrier')) === wanted,
        )
      }
      expect(await connection.say('during', SILENCE)).toBeUndefined()
      await link.up()
      for (const host of [a, b]) expect(await ofInterface(host, 'eth0', 'carrier')).toBe('1')
      expect(await connection.say('after')).toBe('after')
      expect(await reaches(b, a)).toBe(true)
    })

    test('it is still down, and without carrier, for a host that restarts', async ({
      onTestFinished,
    }) => {
      const { a, b, link } = await begin(onTestFinished)
      await link.down({ carrier: true })
      const end = link.name.split('-').includes('b') ? b : a
      await end.restart()
      expect(await silent(a, b)).toBe(true)
      if (link.name.split('-').includes(end.name)) {
        expect(await ofInterface(end, 'eth0', 'carrier')).toBe('0')
      }
      await link.update({ delay: 2 })
      expect(await silent(a, b)).toBe(true)
      await link.up()
      expect(await reaches(a, b)).toBe(true)
      expect(await reaches(b, a)).toBe(true)
    })
  },
)

//   a ==== b
test('down and up may be said twice', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b)
  await lab.start()
  await link.down()
  await link.down({ carrier: true })
  await link.down()
  expect(await ofInterface(a, 'eth0', 'carrier')).toBe('0')
  await link.up()
  await link.up()
  expect(await reaches(a, b)).toBe(true)
  const told = lab.events.filter(({ type }) => type.startsWith('link.'))
  expect(told.at(0)).toMatchObject({ type: 'link.down', subject: 'a-b' })
  expect(told.at(-1)).toMatchObject({ type: 'link.up', subject: 'a-b' })
  expect(lab.report().split('last events')[0]).not.toContain('down')
})
