import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { parseConditions, traceRate } from '../../../src/wire/conditions/index.js'
import { parseTrace } from '../../../src/wire/conditions/trace.js'

const folder = mkdtempSync(join(tmpdir(), 'netrig-trace-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a line is a moment at which a packet may leave; the last one ends the round', () => {
  const trace = parseTrace('0\n5\n5\n12\n', 'x.trace', 'trace')
  expect(trace).toEqual({ file: 'x.trace', opportunities: [0, 5, 5, 12], period: 12 })
  expect(traceRate(trace)).toBe((4 * 1504 * 8 * 1000) / 12)
})

test('a file without a last line break, or with those of another system, is read the same', () => {
  expect(parseTrace('1\n2', 'x', 'trace').opportunities).toEqual([1, 2])
  expect(parseTrace('1\r\n2\r\n', 'x', 'trace').opportunities).toEqual([1, 2])
})

test.each([
  ['1\n2\nthree\n', 'x.trace:3:', "'three'"],
  ['1\n\n2\n', 'x.trace:2:', "''"],
  ['5\n4\n', 'x.trace:2:', '4 comes after 5'],
  ['-1\n', 'x.trace:1:', "'-1'"],
  ['1.5\n', 'x.trace:1:', "'1.5'"],
  ['0\n0\n', 'x.trace', 'no time at all'],
  ['', 'x.trace', 'empty'],
])('%j is refused by its line', (text, where, what) => {
  const read = () => parseTrace(text, 'x.trace', 'trace of link a-b')
  expect(read).toThrow(where)
  expect(read).toThrow(what)
})

test('what is written is what is read', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 })
  fc.assert(
    fc.property(steps, (list) => {
      let time = 1
      const times = list.map((step) => {
        time += step
        return time
      })
      const trace = parseTrace(times.map((one) => `${one}\n`).join(''), 'x', 'trace')
      expect(trace.opportunities).toEqual(times)
      expect(trace.period).toBe(times.at(-1))
    }),
  )
})

test('a file is found from the working folder; none is said by its path', () => {
  const file = join(folder, 'lte.trace')
  writeFileSync(file, '3\n9\n')
  expect(parseConditions({ trace: file }, 'link').trace).toMatchObject({ period: 9 })
  expect(() => parseConditions({ trace: join(folder, 'no.trace') }, 'link a-b')).toThrow('no.trace')
  expect(() => parseConditions({ trace: 5 as never }, 'link a-b')).toThrow('path of a file')
})
