import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { PlayStep } from '../../src/index.js'
import { aLab, eventually, reaches, silent } from './support/bench.js'

//   a ---- b
async function pair() {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b)
  await lab.start()
  await reaches(a, b)
  return { lab, a, b, link }
}

test('a script plays its steps in order, each for its time', async () => {
  const { a, b, link } = await pair()
  const begin = performance.now()
  const playing = link.play([
    { down: true, for: 600 },
    { down: false, delay: '30ms', for: '100ms' },
  ])
  await eventually('the link is down', () => link.isDown)
  expect(await silent(a, b)).toBe(true)
  await playing.done
  expect(performance.now() - begin).toBeGreaterThanOrEqual(699)
  expect(link.isDown).toBe(false)
  expect(await reaches(a, b)).toBe(true)
  // It stays as the last step left it.
  expect(link.stats()).not.toBeNull()
})

test('it goes on until it is stopped, and leaves the link as it is', async () => {
  const { lab, link } = await pair()
  const playing = link.play(
    [
      { delay: 1, for: 10 },
      { delay: 2, for: 10 },
    ],
    { repeat: true },
  )
  await sleep(100)
  await playing.stop()
  await expect(playing.done).resolves.toBeUndefined()
  // Twice is no error, and a lab that ends ends them all.
  await playing.stop()
  const other = link.play([{ delay: 1, for: '1h' }])
  await lab.stop()
  await other.done
})

test('`over` comes about little by little', async () => {
  const { link, lab } = await pair()
  await link.update({ delay: 100, rate: '1mbit' })
  const seen: number[] = []
  const playing = link.play([{ over: 300, delay: 200, rate: '100mbit' }])
  while (seen.at(-1) !== 200) {
    const [, amount, unit] = /delay ([\d.]+)(ms|us)/.exec(lab.report())!
    const delay = unit === 'us' ? Number(amount) / 1000 : Number(amount)
    if (seen.at(-1) !== delay) seen.push(delay)
    await sleep(5)
  }
  await playing.done
  expect(seen.length).toBeGreaterThan(4)
  expect(seen).toEqual(seen.toSorted((x, y) => x - y))
  expect(lab.report()).toContain('rate 100mbit')
})

test('a step from one end holds one way', async () => {
  const { a, b, link } = await pair()
  await link.play([{ from: a, down: true }]).done
  expect(link.isDown).toBe(false)
  expect(await silent(a, b)).toBe(true)
  expect(link.effect().packets).toBeGreaterThan(0)
  await link.update({ down: false })
  expect(await reaches(a, b)).toBe(true)
})

test.each<[string, unknown, unknown, string]>([
  ['no steps', [], undefined, 'at least one step'],
  ['no list', { delay: 1 }, undefined, 'a list'],
  ['a misspelt step', [{ dely: 1 }], undefined, "did you mean 'delay'"],
  ['a wrong later step', [{ delay: 1 }, { delay: '2h' }], undefined, 'at most an hour'],
  ['a wrong time', [{ delay: 1, for: '5 minutes' }], undefined, 'for of step 1'],
  ['no time to repeat', [{ delay: 1 }], { repeat: true }, 'without any time'],
  ['half a repeat', [{ delay: 1, for: 1 }], { repeat: 0.5 }, 'repeat 0.5'],
  ['a stranger', [{ delay: 1, from: 'c' }], undefined, "'c' is no end"],
])('%s: refused before the first step', async (_, steps, options, words) => {
  const { link } = await pair()
  expect(() => link.play(steps as PlayStep[], options as never)).toThrow(words)
  expect(link.stats()).toBeNull()
})

test('what a step may say depends on those before it', async () => {
  const { link } = await pair()
  await link.play([{ rate: '10mbit' }, { queue: '20ms' }]).done
  expect(() => link.play([{ rate: 'unlimited' }, { queue: 5 }])).toThrow('there is no rate')
})

test('a link that is declared down is down from its first packet on', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, { down: true })
  await lab.start()
  expect(link.isDown).toBe(true)
  expect(await silent(a, b)).toBe(true)
  await link.up()
  expect(await reaches(a, b)).toBe(true)
})
