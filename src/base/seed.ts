import { NetrigError } from './errors.js'
import type { Seed } from './random.js'

/** The variable that gives labs their seed; in a universe of `netrig vm --seed` it is that one's. */
export const SEED_VARIABLE = 'NETRIG_SEED'

/** As long as a text of it may be. */
const MOST = 200

/**
 * The seed that the environment gives, if it gives one: a whole number, or any text.
 *
 * @throws NetrigError INVALID_OPTION
 */
export function environmentSeed(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Seed | undefined {
  const text = env[SEED_VARIABLE]?.trim()
  if (text === undefined || text === '') return undefined
  if (/^[+-]?\d+$/.test(text)) return BigInt(text)
  // What reads like a number but is no whole one is a mistake rather than a text.
  if (Number.isNaN(Number(text)) && text.length <= MOST && !/\p{Cc}/u.test(text)) return text
  const shown = text.length > MOST ? `${text.slice(0, 20)}...` : text
  throw new NetrigError('INVALID_OPTION', `${SEED_VARIABLE}: '${shown}' is no seed.`, {
    operation: 'createLab',
    object: SEED_VARIABLE,
    hint: `write a whole number or a text of at most ${MOST} characters, e.g. ${SEED_VARIABLE}=7`,
  })
}

/** A seed for people: `7`, `'seven'`. */
export function seedText(seed: Seed): string {
  return typeof seed === 'string' ? `'${seed}'` : `${seed}`
}
