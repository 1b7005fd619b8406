import { test } from 'netrig/vitest'
import { expect, vi } from 'vitest'
import {
  redis,
  roleOf,
  sentinel,
  startRedis,
  startSentinel,
  whatIsMissing,
  write,
} from './servers.js'

const missing = whatIsMissing()
if (missing) console.warn(`examples/redis is skipped: ${missing}`)

/** Tries until it holds: what a failover takes is for Redis to say, not for us. */
const eventually = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 50 })

test('a failover keeps Redis up, and loses what the old master took meanwhile', async ({
  lab,
  skip,
}) => {
  if (missing) skip(missing)
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan')
  for (const host of [a, b, c]) lab.link(host, lan)
  await lab.start()
  // a is the master, b its replica. Three sentinels watch, so that two are a majority.
  await startRedis(a, {})
  await startRedis(b, { replicaof: `${a.address} 6379` })
  await eventually(async () => {
    expect(await write(a, 'price', '100')).toEqual({ answer: 'OK', copies: 1 })
  })
  for (const host of [a, b, c]) await startSentinel(host, a)
  await eventually(async () => {
    for (const host of [a, b, c]) {
      expect(await sentinel(host, 'CKQUORUM', 'shop')).toContain('OK 3 usable Sentinels')
      expect(await sentinel(host, 'REPLICAS', 'shop')).toContain(b.address)
    }
  })

  const cut = await lab.partition([a], [b, c])
  // The master does not know that it is alone, and says OK. WAIT tells that no replica has the write;
  // it does not take it back, though.
  expect(await write(a, 'price', '150')).toEqual({ answer: 'OK', copies: 0 })

  // b and c agree that the master is gone, and promote b.
  await eventually(async () => expect(await roleOf(b)).toBe('master'))
  expect(await redis(b, 'SET', 'stock', '5')).toBe('OK')
  // Two masters now, and each has something that the other has not.
  expect(await roleOf(a)).toBe('master')
  expect(await redis(a, 'GET', 'price')).toBe('150')
  expect(await redis(b, 'GET', 'price')).toBe('100')
  expect(cut.effect().packets).toBeGreaterThan(0)

  await cut.heal()
  // The sentinels make the old master a replica of the new one. Its write, acknowledged, is gone.
  await eventually(async () => expect(await roleOf(a)).toBe('slave'))
  await eventually(async () => expect(await redis(a, 'GET', 'stock')).toBe('5'))
  expect(await redis(a, 'GET', 'price')).toBe('100')
  expect(await redis(b, 'GET', 'price')).toBe('100')
}, 60_000)

test('with min-replicas-to-write a master that is alone stops taking writes', async ({
  lab,
  skip,
}) => {
  if (missing) skip(missing)
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  // One replica at least that was heard within the last second, or no write.
  await startRedis(a, { 'min-replicas-to-write': '1', 'min-replicas-max-lag': '1' })
  await startRedis(b, { replicaof: `${a.address} 6379` })
  await eventually(async () => expect(await redis(a, 'SET', 'price', '100')).toBe('OK'))
  await eventually(async () => expect(await redis(b, 'GET', 'price')).toBe('100'))

  const cut = await lab.partition([a], [b])
  // For the seconds until the master notices, writes can still be lost. That is the limit of it.
  await eventually(async () => {
    expect(await redis(a, 'SET', 'price', '150')).toContain('NOREPLICAS')
  })
  expect(cut.effect().packets).toBeGreaterThan(0)

  await cut.heal()
  await eventually(async () => expect(await redis(a, 'SET', 'price', '200')).toBe('OK'))
  await eventually(async () => expect(await redis(b, 'GET', 'price')).toBe('200'))
}, 60_000)
