import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { NetrigError } from '../base/errors.js'
import type { Seed } from '../base/random.js'
import { environmentSeed } from '../base/seed.js'
import { Turns } from '../base/turns.js'
import { takeHolder } from '../sandbox/holder.js'
import { EventLog } from './events.js'
import { Fabric } from './fabric/fabric.js'
import { Lab } from './lab.js'
import { callerPlace } from './live.js'
import { checkLabOptions, type LabOptions } from './options.js'
import { Declarations } from './plan/declarations.js'
import type { LabState } from './state.js'

/**
 * Makes an empty lab. It ends with `stop()`, with its `await using` block, or with this process,
 * however that ends.
 *
 * @throws NetrigError USER_NAMESPACES_FORBIDDEN (run `netrig doctor`), INVALID_OPTION, KERNEL
 * @example
 * await using lab = await createLab()
 * const [a, b] = lab.hosts('a', 'b')
 * lab.link(a, b, { delay: '20ms' })
 * await lab.start()
 * console.log((await a.exec('ping', ['-c', '1', 'b'])).stdout)
 */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  checkLabOptions(options)
  const place = callerPlace(createLab)
  const cwd = resolve(options.cwd ?? '.')
  const seed = seedBits(options.seed ?? environmentSeed() ?? 0)
  const holder = await takeHolder(cwd)
  try {
    const fabric = await Fabric.open(holder.keeper, { seed, engine: options.engine ?? 'auto' })
    const state: LabState = {
      name: options.name ?? `lab ${holder.keeper.id}`,
      place,
      holder,
      fabric,
      declarations: new Declarations({ ipv6: options.ipv6 }),
      ipv6: options.ipv6 ?? false,
      seed,
      cwd,
      events: new EventLog(),
      hosts: new Map(),
      links: [],
      cuts: new Set(),
      faults: new Set(),
      made: new Set(),
      mustBite: options.mustBite ?? false,
      plays: new Set(),
      captures: new Set(),
      views: new Map(),
      startedAt: Date.now(),
      turns: new Turns(),
      plan: undefined,
      stopped: false,
      kept: false,
      failure: undefined,
    }
    return new Lab(state)
  } catch (error) {
    await holder.keeper.stop()
    throw error
  }
}

/** 64 bits of seed from whatever a test writes: a number as it is, a text by its hash. */
function seedBits(seed: Seed): bigint {
  if (typeof seed === 'string') return createHash('sha256').update(seed).digest().readBigUInt64LE()
  if (typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) {
    throw new NetrigError('INVALID_OPTION', `createLab: seed ${String(seed)} is no whole number.`, {
      operation: 'createLab',
      object: 'seed',
      hint: 'write a whole number, a bigint or a text',
    })
  }
  return BigInt.asUintN(64, BigInt(seed))
}
