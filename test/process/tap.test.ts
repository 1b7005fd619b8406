import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Outlet, Tap } from '../../src/process/tap.js'

const MIB = 1 << 20

/** A source with one tap, and what was heard of it. */
function make() {
  const source = new PassThrough()
  const tap = new Tap(false)
  const heard = { bytes: 0, over: 0 }
  new Outlet(
    source,
    [tap],
    (chunk) => {
      heard.bytes += (chunk as Buffer).length
    },
    () => {
      heard.over += 1
      tap.finish()
    },
  )
  return { source, tap, heard }
}

async function read(tap: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of tap) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('whoever reads, when and in which pieces, gets all of it in order', async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(chunks, fc.nat(3), fc.nat(30), async (all, pause, begin) => {
      const { source, tap, heard } = make()
      const reading = (async () => {
        await sleep(begin % 4)
        return read(tap)
      })()
      for (const chunk of all) {
        source.write(chunk)
        if (pause === 0) await sleep(0)
      }
      source.end()
      const expected = Buffer.concat(all)
      expect((await reading).equals(expected)).toBe(true)
      expect(heard).toEqual({ bytes: expected.length, over: 1 })
    }),
    { numRuns: 60 },
  )
})

test('an unread tap never stops its source, and keeps the newest megabyte', async () => {
  const { source, tap, heard } = make()
  for (let n = 0; n < 64; n += 1) {
    if (!source.write(Buffer.alloc(MIB / 8, n)))
      await new Promise((resolve) => source.once('drain', resolve))
  }
  source.end()
  const rest = await read(tap)
  expect(heard.bytes).toBe(8 * MIB)
  expect([rest.length, tap.dropped]).toEqual([MIB, 7 * MIB])
  expect([rest[0], rest.at(-1)]).toEqual([56, 63])
})

test('a slow reader stops its source', async () => {
  const { source, tap, heard } = make()
  tap.once('readable', () => undefined)
  let written = 0
  while (source.write(Buffer.alloc(16_384)) && written < 8 * MIB) {
    written += 16_384
    await sleep(0)
  }
  expect(heard.bytes).toBeLessThan(MIB)
  source.end()
  const rest = await read(tap)
  expect(rest.length).toBe(heard.bytes)
})

test('a tap that was destroyed lets its source flow', async () => {
  const { source, tap, heard } = make()
  tap.once('readable', () => undefined)
  const write = () => source.write(Buffer.alloc(MIB))
  write()
  await sleep(5)
  tap.destroy()
  write()
  source.end()
  await new Promise((resolve) => source.once('close', resolve))
  expect(heard.bytes).toBe(2 * MIB)
})

test('of two taps the slower one counts', async () => {
  const source = new PassThrough()
  const [quick, slow] = [new Tap(false), new Tap(false)]
  const over = () => {
    quick.finish()
    slow.finish()
  }
  new Outlet(source, [quick, slow], () => undefined, over)
  const first = read(quick)
  slow.once('readable', () => undefined)
  await sleep(1)
  for (let n = 0; n < 8; n += 1) source.write(Buffer.alloc(MIB, n))
  source.end()
  await sleep(20)
  expect(source.isPaused()).toBe(true)
  const second = await read(slow)
  expect((await first).equals(second)).toBe(true)
  expect(second.length).toBe(8 * MIB)
})
