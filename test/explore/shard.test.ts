import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseShard, shardSize, takeShard } from '../../src/explore/shard.js'

test('I/N counts from 1, and Kubernetes from 0', () => {
  expect(parseShard('2/5', {})).toEqual({ index: 2, count: 5 })
  expect(parseShard('auto/5', { JOB_COMPLETION_INDEX: '4' })).toEqual({ index: 5, count: 5 })
})

test.each([
  ['0/5', {}, 'there is no 0, and it counts from 1 to 5'],
  ['6/5', {}, 'there is no 6'],
  ['1/0', {}, 'none of no machines'],
  ['2', {}, 'is no shard'],
  ['a/b', {}, 'is no shard'],
  ['-1/5', {}, 'is no shard'],
  ['auto/5', {}, 'JOB_COMPLETION_INDEX is not set'],
  ['auto/5', { JOB_COMPLETION_INDEX: 'x' }, "JOB_COMPLETION_INDEX is 'x', no number"],
  ['auto/5', { JOB_COMPLETION_INDEX: '5' }, 'JOB_COMPLETION_INDEX is 5, and it counts from 0 to 4'],
])("--shard '%s' with %o is refused in words", (text, env, why) => {
  expect(() => parseShard(text, env)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(why) }),
  )
})

test('shards together are all seeds, each once, and as good as equal in size', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 20 }), (total, count) => {
      const seeds = Array.from({ length: total }, (_, at) => at + 1)
      const shards = Array.from({ length: count }, (_, at) => ({ index: at + 1, count }))
      const parts = shards.map((shard) => [...takeShard(seeds, shard)])
      expect(parts.flat().sort((a, b) => a - b)).toEqual(seeds)
      const sizes = parts.map((part) => part.length)
      expect(sizes).toEqual(shards.map((shard) => shardSize(total, shard)))
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})
