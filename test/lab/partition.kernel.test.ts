import { describe, expect, test } from 'vitest'
import { aLab, eventually, reaches, SILENCE, silent, talk } from './support/bench.js'
import { builds, everyKind, kinds } from './support/kinds.js'
import { acquaint, datagrams, removeTrafficAfterwards } from './support/traffic.js'

removeTrafficAfterwards()

const ALL = [0, 1, 2, 3, 4]
const few = { count: ALL.length }

describe.concurrent.each(builds(everyKind))(
  'over a link $name (support/kinds.ts has the drawings)',
  ({ begin }) => {
    test('a partition bites an established connection, counts, and lets it go on', async ({
      onTestFinished,
    }) => {
      const { lab, a, b } = await begin(onTestFinished)
      const connection = await talk(a, b)
      expect(await connection.say('before')).toBe('before')
      const cut = await lab.partition([a], [b])
      expect(cut.active).toBe(true)
      expect(await connection.say('during', SILENCE)).toBeUndefined()
      await eventually('packets are eaten', () => cut.effect().packets > 0)
      expect(await silent(b, a)).toBe(true)
      await cut.heal()
      const eaten = cut.effect().packets
      expect(cut.active).toBe(false)
      expect(await connection.say('after')).toBe('after')
      expect(await reaches(b, a)).toBe(true)
      expect(cut.effect().packets).toBe(eaten)
    })

    test('a partition of one direction lets the other pass', async ({ onTestFinished }) => {
      const { lab, a, b } = await begin(onTestFinished)
      await acquaint(a, b)
      const deaf = await lab.partition([a], [b], { direction: 'a-to-b' })
      expect(await datagrams(a, b, few)).toEqual([])
      await eventually('all is eaten', () => deaf.effect().packets >= ALL.length)
      expect(await datagrams(b, a, few)).toEqual(ALL)
      await deaf.heal()
      const mute = await lab.partition([a], [b], { direction: 'b-to-a' })
      expect(await datagrams(b, a, few)).toEqual([])
      await eventually('all is eaten', () => mute.effect().packets >= ALL.length)
      expect(await datagrams(a, b, few)).toEqual(ALL)
      await mute.heal()
      expect(await datagrams(b, a, few)).toEqual(ALL)
    })

    test('a link that gets conditions while it is cut stays cut, and counts on', async ({
      onTestFinished,
    }) => {
      const { lab, a, b, link } = await begin(onTestFinished)
      const connection = await talk(a, b)
      const cut = await lab.partition([a], [b])
      expect(await connection.say('plain', SILENCE)).toBeUndefined()
      await eventually('packets are eaten', () => cut.effect().packets > 0)
      const before = cut.effect().packets
      await link.update({ delay: 2 })
      expect(cut.effect().packets).toBeGreaterThanOrEqual(before)
      expect(await silent(b, a)).toBe(true)
      await eventually('more is eaten', () => cut.effect().packets > before)
      await cut.heal()
      expect(await connection.say('healed')).toBe('healed')
    })

    test('a host that crashes and comes back in a partition is still cut off', async ({
      onTestFinished,
    }) => {
      const { lab, a, b } = await begin(onTestFinished)
      await reaches(a, b)
      const cut = await lab.partition([a], [b])
      expect(await silent(a, b)).toBe(true)
      await eventually('packets are eaten', () => cut.effect().packets > 0)
      const before = cut.effect().packets
      await b.crash()
      expect(cut.effect().packets).toBeGreaterThanOrEqual(before)
      expect(await silent(a, b)).toBe(true)
      await b.restart()
      const restarted = cut.effect().packets
      expect(restarted).toBeGreaterThanOrEqual(before)
      expect(await Promise.all([silent(a, b), silent(b, a)])).toEqual([true, true])
      await eventually('more is eaten', () => cut.effect().packets > restarted)
      await a.crash()
      await a.restart()
      expect(await silent(a, b)).toBe(true)
      await cut.heal()
      expect(await reaches(a, b)).toBe(true)
      expect(await reaches(b, a)).toBe(true)
    })

    test('a link that is down and cut opens when both are over', async ({ onTestFinished }) => {
      const { lab, a, b, link } = await begin(onTestFinished)
      const cut = await lab.partition([a], [b])
      await link.down()
      await cut.heal()
      expect(await silent(a, b)).toBe(true)
      const again = await lab.partition([a], [b])
      await link.up()
      expect(await silent(a, b)).toBe(true)
      await again.heal()
      expect(await reaches(a, b)).toBe(true)
    })
  },
)

for (const relayed of [false, true]) {
  const options = relayed ? { delay: 1 } : undefined

  //   a, b -- [s1] ---- [s2] ---- [s3] -- d, e      the cut is [a, d] from [c, e]; b hears all
  //                      |
  //                      c
  test(`groups spread over switches in a row, ${relayed ? 'relayed' : 'plain'} between`, async () => {
    const lab = await aLab()
    const [a, b, c, d, e] = lab.hosts('a', 'b', 'c', 'd', 'e')
    const [s1, s2, s3] = [lab.switch('s1'), lab.switch('s2'), lab.switch('s3')]
    lab.link(a, s1)
    lab.link(b, s1)
    lab.link(s1, s2, options)
    lab.link(c, s2, options)
    lab.link(s3, s2, options)
    lab.link(d, s3, options)
    lab.link(e, s3)
    await lab.start()
    const cut = await lab.partition([a, d], [c, e])
    const cutOff = [
      [a, c],
      [a, e],
      [d, c],
      [d, e],
    ] as const
    const joined = [
      [a, d],
      [c, e],
      [b, a],
      [b, c],
      [b, d],
      [b, e],
    ] as const
    for (const [from, to] of joined) expect(await reaches(from, to), `${from} to ${to}`).toBe(true)
    const silences = await Promise.all(
      cutOff.flatMap(([from, to]) => [silent(from, to), silent(to, from)]),
    )
    expect(silences).toEqual(silences.map(() => true))
    expect(cut.effect().packets).toBeGreaterThanOrEqual(cutOff.length)
    await cut.heal()
    for (const [from, to] of cutOff) expect(await reaches(from, to), `${from} to ${to}`).toBe(true)
  })
}

//   a, b, c -- [lan]      and a ---- b besides
test('hosts that meet on a switch and on a cable are cut on both', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan')
  for (const host of [a, b, c]) lab.link(host, lan)
  lab.link(b, a)
  await lab.start()
  const [onLan, onCable] = b.interfaces.map(({ addresses }) => addresses[0]!.split('/')[0]!)
  const cut = await lab.partition([a, c], [b])
  expect(await silent(a, onLan!)).toBe(true)
  expect(await silent(a, onCable!)).toBe(true)
  expect(await silent(c, b)).toBe(true)
  expect(await reaches(a, c)).toBe(true)
  await cut.heal()
  expect(await reaches(a, onLan!)).toBe(true)
  expect(await reaches(a, onCable!)).toBe(true)
})

describe.each(['host-host', 'host-switch'] as const)('two partitions of one pair, %s', (kind) => {
  test('healing one leaves the other', async () => {
    const lab = await aLab()
    const { a, b } = kinds[kind]!(lab)
    await lab.start()
    await acquaint(a, b)
    const whole = await lab.partition([a], [b])
    const half = await lab.partition([b], [a], { direction: 'a-to-b' })
    await whole.heal()
    expect(await datagrams(b, a, few)).toEqual([])
    expect(half.effect().packets).toBeGreaterThanOrEqual(ALL.length)
    expect(await datagrams(a, b, few)).toEqual(ALL)
    await half.heal()
    expect(await datagrams(b, a, few)).toEqual(ALL)
  })
})

//   a, b, c, d -- [lan]
test('partitions that overlap are each their own', async () => {
  const lab = await aLab()
  const [a, b, c, d] = lab.hosts('a', 'b', 'c', 'd')
  const lan = lab.switch('lan')
  for (const host of [a, b, c, d]) lab.link(host, lan)
  await lab.start()
  const first = await lab.partition([a], [b, c])
  const second = await lab.partition([a, b], [c, d])
  expect(await silent(a, b)).toBe(true)
  expect(await silent(a, c)).toBe(true)
  expect(await silent(b, d)).toBe(true)
  await first.heal()
  expect(await reaches(a, b)).toBe(true)
  expect(await silent(a, c)).toBe(true)
  expect(await silent(b, c)).toBe(true)
  await second.heal()
  expect(await reaches(a, c)).toBe(true)
  expect(await reaches(b, d)).toBe(true)
})

//   a ---- [lan] ---- b
test('a partition ends with its block; events and the report tell of it', async () => {
  const lab = await aLab()
  const { a, b } = kinds['host-switch']!(lab)
  await lab.start()
  {
    const cut = await lab.partition([a], [b])
    expect(lab.report()).toContain('partition a | b')
    expect(await silent(a, b)).toBe(true)
    await cut[Symbol.asyncDispose]()
    await cut.heal()
    expect(lab.report()).not.toContain('faults acting')
  }
  expect(await reaches(a, b)).toBe(true)
  const types = lab.events.map(({ type, subject }) => `${type} ${subject}`)
  expect(types.filter((one) => one.startsWith('partition'))).toEqual([
    'partition a | b',
    'partition.heal a | b',
  ])
})

//   a ---- [lan] ---- b      and a -1 ms- c
test('what was eaten is still known when the lab has stopped', async () => {
  const lab = await aLab()
  const { a, b } = kinds['host-switch']!(lab)
  const c = lab.host('c')
  const link = lab.link(a, c, { delay: 1 })
  await lab.start()
  const cut = await lab.partition([a], [b, c])
  expect(await silent(a, b)).toBe(true)
  expect(await silent(a, c)).toBe(true)
  await eventually('packets are eaten', () => cut.effect().packets >= 2)
  const eaten = cut.effect().packets
  await lab.stop()
  expect(cut.active).toBe(false)
  expect(cut.effect().packets).toBeGreaterThanOrEqual(eaten)
  await cut.heal()
  expect(lab.report()).toContain('partition a | b, c')
  expect(() => link.stats()).toThrow(/link\.stats: lab .* was stopped/)
  expect(() => link.effect()).toThrow(/link\.effect: lab .* was stopped/)
})

//   a ---- [lan] ---- b      c comes to [lan] while a and b are apart
test('a host that is declared during a partition is in none of its groups', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  const cut = await lab.partition([a], [b])
  const c = lab.host('c')
  lab.link(c, lan)
  lab.link(a, b)
  await lab.start()
  expect(await reaches(c, a)).toBe(true)
  expect(await reaches(c, b)).toBe(true)
  // The new cable between the groups is cut, too.
  for (const { addresses } of b.interfaces) {
    expect(await silent(a, addresses[0]!.split('/')[0]!)).toBe(true)
  }
  await cut.heal()
  for (const { addresses } of b.interfaces) {
    expect(await reaches(a, addresses[0]!.split('/')[0]!)).toBe(true)
  }
})
