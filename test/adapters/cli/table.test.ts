import { expect, test } from 'vitest'
import { columns, span } from '../../../src/adapters/cli/table.js'

test('columns are as wide as their widest cell, without blanks at the end', () => {
  expect(
    columns([
      ['a', 'bb', 'c'],
      ['aaa', '', ''],
      ['', '', 'end'],
    ]),
  ).toBe('a    bb  c\naaa\n         end')
})

test.each([
  [-5, '0s'],
  [999, '0s'],
  [41_000, '41s'],
  [180_000, '3m'],
  [182_999, '3m 2s'],
  [7_500_000, '2h 5m'],
  [3_600_000 + 5000, '1h'],
  [86_400_000 * 4 + 3_600_000, '4d 1h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(span(milliseconds)).toBe(text)
})
