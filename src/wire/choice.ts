import { NetrigError } from '../base/errors.js'
import type { NormalConditions } from './conditions/index.js'
import { netemLacks } from './netem/support.js'
import { relayLacks } from './relay/support.js'

/** What a lab was told about its engine. */
export type EngineChoice = 'auto' | 'netem' | 'relay'
export type EngineName = 'netem' | 'relay'

/** Each engine's answer to what it lacks. */
const lacks = { netem: netemLacks, relay: relayLacks } as const

/** The first condition that an engine cannot do, in words; undefined when it can do them all. */
export function engineLacks(
  engine: EngineName,
  conditions: readonly NormalConditions[],
): string | undefined {
  for (const one of conditions) {
    const lacking = lacks[engine](one)
    if (lacking !== undefined) return lacking
  }
  return undefined
}

/**
 * The engine for a link: netem where the kernel has it and the conditions fit it, else the relay, unless
 * the lab was told.
 *
 * @param hasNetem asked only when it matters
 * @throws NetrigError UNSUPPORTED that names the condition which no engine can do
 */
export function chooseEngine(
  choice: EngineChoice,
  hasNetem: () => boolean,
  conditions: readonly NormalConditions[],
  what: string,
): EngineName {
  if (choice === 'netem' || (choice === 'auto' && hasNetem())) {
    const lacking = engineLacks('netem', conditions)
    if (lacking === undefined) return 'netem'
    if (choice === 'netem') throw cannotDo('netem', lacking, what)
  }
  const lacking = engineLacks('relay', conditions)
  if (lacking === undefined) return 'relay'
  throw cannotDo('relay', lacking, what)
}

function cannotDo(engine: EngineName, condition: string, what: string): NetrigError {
  return new NetrigError(
    'UNSUPPORTED',
    `${what}: the engine '${engine}' cannot do the condition ${condition}.`,
    {
      operation: engine,
      object: what,
      hint:
        engine === 'netem'
          ? "leave it out, or let the lab choose: engine: 'auto' takes the relay for this"
          : 'leave it out; some conditions need netem, which `netrig vm` brings: run `npx netrig doctor`',
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
