import { NetrigError } from '../base/errors.js'
import type { NormalConditions } from './conditions/index.js'
import { netemLacks } from './netem/support.js'

/** What a lab was told about its engine. */
export type EngineChoice = 'auto' | 'netem' | 'relay'
export type EngineName = 'netem' | 'relay'

/** The first condition that an engine cannot do, in words; undefined when it can do them all, as the relay can. */
export function engineLacks(
  engine: EngineName,
  conditions: readonly NormalConditions[],
): string | undefined {
  if (engine === 'relay') return undefined
  for (const one of conditions) {
    const lacking = netemLacks(one)
    if (lacking !== undefined) return lacking
  }
  return undefined
}

/**
 * The engine for a link: netem where the kernel has it and the conditions fit it, else the relay, unless
 * the lab was told.
 *
 * @param hasNetem asked only when it matters
 * @throws NetrigError UNSUPPORTED that names the condition which netem cannot do, for a lab that was told to take it
 */
export function chooseEngine(
  choice: EngineChoice,
  hasNetem: () => boolean,
  conditions: readonly NormalConditions[],
  what: string,
): EngineName {
  if (choice === 'relay' || (choice === 'auto' && !hasNetem())) return 'relay'
  const lacking = engineLacks('netem', conditions)
  if (lacking === undefined) return 'netem'
  if (choice === 'auto') return 'relay'
  throw new NetrigError(
    'UNSUPPORTED',
    `${what}: the engine 'netem' cannot do the condition ${lacking}.`,
    {
      operation: 'netem',
      object: what,
      hint: "leave it out, or let the lab choose: engine: 'auto' takes the relay for this",
    },
  )
}

/** For a rule on a link of a lab with `engine: 'netem'`. */
export function noRules(what: string): NetrigError {
  return new NetrigError('UNSUPPORTED', `${what}: the engine 'netem' knows no rules.`, {
    operation: 'link.rule',
    object: what,
    hint: "let the lab choose: engine: 'auto' takes the relay for a link with rules",
  })
}

/** For `engine: 'netem'` where the kernel lacks it. */
export function noNetem(refused: string): NetrigError {
  return new NetrigError(
    'UNSUPPORTED',
    `createLab: this kernel cannot carry links by netem: it refused ${refused}.`,
    {
      operation: 'createLab',
      object: 'engine',
      hint: "leave `engine` out or write 'relay' (netrig's own wire, on every kernel), or run the test in netrig's own kernel: `npx netrig vm -- COMMAND`",
    },
  )
}
