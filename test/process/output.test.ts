import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutputLog } from '../../src/process/output.js'

test('lines are the same however their bytes arrive', () => {
  const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 40 })
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (lines, sizes) => {
      const whole = lines.map((line) => line.replaceAll('\n', ''))
      const bytes = Buffer.from(whole.map((line) => `${line}\n`).join(''))
      const log = new OutputLog()
      for (let at = 0; at < bytes.length; ) {
        const size = sizes.next().value!
        log.write('stdout', bytes.subarray(at, at + size))
        at += size
      }
      expect(log.lastLines).toEqual(whole.slice(-50))
    }),
  )
})

test('at most 50 lines and 64 KiB, also without an end of line', () => {
  const log = new OutputLog()
  for (let n = 0; n < 200; n += 1) log.write('stdout', `${n} ${'x'.repeat(5000)}\n`)
  expect(log.lastLines.length).toBeLessThanOrEqual(13)
  expect(log.lastLines.at(-1)).toMatch(/^199 /)
  for (let n = 0; n < 200; n += 1) log.write('stderr', 'y'.repeat(5000))
  expect(log.lastLines.at(-1)).toHaveLength(65_536)
})

test('listeners hear lines as they grow, and of which stream', () => {
  const log = new OutputLog()
  const heard: string[] = []
  const stop = log.listen((line, stream) => heard.push(`${stream}:${line}`))
  log.write('stdout', 'one\ntw')
  log.write('stderr', 'err')
  log.write('stdout', 'o\n')
  stop()
  log.write('stdout', 'three\n')
  expect(heard).toEqual(['stdout:one', 'stdout:tw', 'stderr:err', 'stdout:two'])
})

test('objects of a transform are shown, too', () => {
  const log = new OutputLog()
  log.write('stdout', { a: 1 })
  expect(log.lastLines).toEqual(['{"a":1}'])
})
