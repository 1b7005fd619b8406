import { expect, test } from 'vitest'
import {
  describeConditions,
  type LinkConditions,
  parseConditions,
  perfect,
} from '../../../src/wire/conditions/index.js'

test.each<[LinkConditions, string]>([
  [{ delay: '20ms', jitter: '2ms' }, 'delay 20ms, jitter 2ms'],
  [{ jitter: 1, distribution: 'pareto', loss: '1%' }, 'jitter 1ms pareto, loss 1%'],
  [{ rate: '10mbit', queue: '50ms', mtu: 1000 }, 'rate 10mbit, queue 50ms, mtu 1000'],
  [{ rate: '10mbit', queue: 7 }, 'rate 10mbit, queue 7 packets'],
  [{ rate: '10mbit', queue: '64KiB' }, 'rate 10mbit, queue 64KiB'],
  [{ loss: { rate: '10%', correlation: '90%' } }, 'loss 10% in bursts'],
  [{ loss: { pattern: '..x' } }, 'loss by the pattern ..x'],
  [
    { delay: 1, duplicate: '1%', reorder: '2%', corrupt: '3%' },
    'delay 1ms, duplicate 1%, reorder 2%, corrupt 3%',
  ],
  [{ trace: 'test/wire/conditions/lte.trace' }, 'trace test/wire/conditions/lte.trace'],
])('%j', (options, text) => {
  expect(describeConditions(parseConditions(options, 'link'))).toBe(text)
})

test('a perfect wire needs no words', () => {
  expect(describeConditions(perfect)).toBe('')
})
