import { expect, test } from 'vitest'
import { progressText, timeText } from '../../src/explore/progress.js'

const at = { done: 0, failed: 0, running: 2, total: 200, elapsed: 1500 }

test.each([
  [at, '0/200 done, 0 failed, 2 running'],
  [
    { ...at, done: 50, failed: 1, elapsed: 60_000 },
    '50/200 done, 1 failed, 50.0 a minute, 3m 0s left',
  ],
  [{ ...at, done: 200, elapsed: 600_000 }, '200/200 done, 0 failed, 20.0 a minute'],
  [{ ...at, done: 3, total: undefined, elapsed: 6000 }, '3 done, 0 failed, 30.0 a minute'],
])('%o', (progress, text) => {
  expect(progressText(progress)).toBe(text)
})

test.each([
  [-5, '0.0s'],
  [450, '0.5s'],
  [9_940, '9.9s'],
  [59_600, '1m 0s'],
  [3_599_600, '1h 0m'],
  [7_320_000, '2h 2m'],
])('%d ms is %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text)
})
