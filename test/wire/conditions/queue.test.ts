import fc from 'fast-check'
import { expect, test } from 'vitest'
import { perfect, queuePackets } from '../../../src/wire/conditions/index.js'

test('without a rate nothing waits', () => {
  expect(queuePackets({ ...perfect, delay: 1e9, queue: { unit: 'packets', amount: 7 } })).toBe(0)
})

test('100 ms of a fast link', () => {
  expect(queuePackets({ ...perfect, rate: 100e6 })).toBe(Math.ceil(10e6 / (1514 * 8)))
})

test('a round trip of a long link', () => {
  expect(queuePackets({ ...perfect, rate: 100e6, delay: 200e6 })).toBe(Math.ceil(40e6 / (1514 * 8)))
})

test('a slow link still takes the burst of a few connections', () => {
  expect(queuePackets({ ...perfect, rate: 9600 })).toBe(64)
})

test('what was asked for is what there is', () => {
  expect(queuePackets({ ...perfect, rate: 9600, queue: { unit: 'packets', amount: 3 } })).toBe(3)
})

test('it is always a number of packets that the relay takes', () => {
  const natural = (max: number) => fc.integer({ min: 0, max })
  fc.assert(
    fc.property(natural(86_400e9), natural(3_600e9), natural(1e12), (delay, jitter, rate) => {
      const packets = queuePackets({ ...perfect, delay, jitter, rate })
      expect(packets).toSatisfy(Number.isSafeInteger)
      expect(packets).toBeLessThanOrEqual(1e6)
    }),
  )
})

test('bytes and times become packets of full size', () => {
  const of = (unit: 'bytes' | 'time', amount: number, rate = 10e6) =>
    queuePackets({ ...perfect, rate, queue: { unit, amount } })
  expect(of('bytes', 15_140)).toBe(10)
  // 50 ms at 10 mbit: 62 500 bytes.
  expect(of('time', 50e6)).toBe(41)
  expect(of('time', 50e6, 1e6)).toBe(4)
  expect(of('time', 1)).toBe(1)
})
