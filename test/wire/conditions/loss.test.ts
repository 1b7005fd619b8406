import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../src/base/random.js'
import {
  chainOf,
  type Loss,
  losesNothing,
  meanLoss,
  type NormalLoss,
  parseConditions,
} from '../../../src/wire/conditions/index.js'

const read = (loss: Loss): NormalLoss => parseConditions({ loss }, 'link').loss

test.each<[Loss, NormalLoss]>([
  ['1%', { model: 'random', rate: 1e7 }],
  [{ rate: '10%' }, { model: 'random', rate: 1e8 }],
  [
    // 10% lost, each fate like the one before by 90%: bursts of 11.1 packets.
    { rate: '10%', correlation: '90%' },
    { model: 'gilbert-elliott', toBad: 1e7, toGood: 9e7, lossInBad: 1e9, lossInGood: 0 },
  ],
  [
    { model: 'gilbert-elliott', toBad: '1%', toGood: '25%' },
    { model: 'gilbert-elliott', toBad: 1e7, toGood: 2.5e8, lossInBad: 1e9, lossInGood: 0 },
  ],
  [
    { model: 'four-state', p13: '1%' },
    { model: 'four-state', p13: 1e7, p31: 9.9e8, p32: 0, p23: 1e9, p14: 0 },
  ],
  [{ pattern: '..x' }, { model: 'pattern', pattern: '..x', repeat: true }],
])('%j', (given, normal) => {
  expect(read(given)).toEqual(normal)
})

test.each<[unknown, string]>([
  [{ correlation: '25%' }, 'a correlation alone'],
  [{ rate: 0, correlation: '25%' }, 'of a rate of 0'],
  [{ rate: '1%', correlation: 1 }, 'of 100%'],
  [{ model: 'gilbert', p: 1 }, 'gilbert-elliott, four-state'],
  [{ model: 'gilbert-elliott', toBad: '1%' }, 'no toGood'],
  [{ model: 'gilbert-elliott', toBad: '1%', toGod: '2%' }, "'toGod'"],
  [{ model: 'four-state', p13: 0.7, p14: 0.4 }, 'more than 100%'],
  [{ pattern: 'xo' }, "'x' for a lost packet"],
  [{ pattern: '' }, "'x' for a lost packet"],
  [{ pattern: '.', repeat: 2 }, 'true or false'],
  [[], 'loss of link'],
])('%j is refused', (loss, words) => {
  expect(() => read(loss as Loss)).toThrow(words)
})

test('a chain has the rate and the correlation that were asked for', () => {
  const chances = fc.record({
    rate: fc.integer({ min: 1e6, max: 9.9e8 }),
    correlation: fc.integer({ min: 0, max: 9.9e8 }),
  })
  fc.assert(
    fc.property(chances, (chance) => {
      const { toBad, toGood } = chainOf(chance)
      expect(toBad / (toBad + toGood)).toBeCloseTo(chance.rate / 1e9, 4)
      expect(1 - (toBad + toGood) / 1e9).toBeCloseTo(chance.correlation / 1e9, 6)
    }),
  )
})

/** The fates of packets, by the words of the models and nothing of netrig's. */
function* fates(loss: NormalLoss, random: Random): Generator<boolean, never> {
  let state = 1
  const hit = (ppb: number) => random.next() < ppb / 1e9
  for (;;) {
    if (loss.model === 'gilbert-elliott') {
      yield hit(state === 1 ? loss.lossInGood : loss.lossInBad)
      if (hit(state === 1 ? loss.toBad : loss.toGood)) state = 3 - state
    } else if (loss.model === 'four-state') {
      const dice = random.next() * 1e9
      if (state === 1) state = dice < loss.p14 ? 4 : dice < loss.p14 + loss.p13 ? 3 : 1
      else if (state === 2) state = dice < loss.p23 ? 3 : 2
      else if (state === 3) state = dice < loss.p32 ? 2 : dice < loss.p32 + loss.p31 ? 1 : 3
      else state = 1
      yield state > 2
    } else throw new Error(loss.model)
  }
}

test.each<Loss>([
  { model: 'gilbert-elliott', toBad: '2%', toGood: '20%', lossInBad: '70%', lossInGood: '1%' },
  { model: 'four-state', p13: '2%', p31: '20%', p32: '30%', p23: '40%', p14: '1%' },
  { model: 'four-state', p13: '5%' },
])('the mean of %j is what a long run loses', (given) => {
  const loss = read(given)
  const run = fates(loss, new Random(1))
  const count = 200_000
  let lost = 0
  for (let at = 0; at < count; at += 1) if (run.next().value) lost += 1
  expect(lost / count).toBeCloseTo(meanLoss(loss), 2)
})

test('what loses nothing is known as such', () => {
  expect(losesNothing(read({ pattern: '...' }))).toBe(true)
  expect(losesNothing(read({ model: 'four-state', p13: 0 }))).toBe(true)
  expect(losesNothing(read({ model: 'gilbert-elliott', toBad: 0, toGood: 0.5 }))).toBe(true)
  expect(
    losesNothing(read({ model: 'gilbert-elliott', toBad: 0, toGood: 0.5, lossInGood: 0.1 })),
  ).toBe(false)
})
