import { NetrigError } from '../base/errors.js'
import { BOTH, type Direction } from '../fault/gate.js'
import { isPerfect, type LinkConditions, parseConditions } from '../wire/conditions/index.js'
import type { BothConditions } from './fabric/both.js'
import type { LabState } from './state.js'

export { type BothConditions, PERFECT } from './fabric/both.js'

/** What a new or changed link is to do, read and found possible, and not yet done. */
export interface WantedConditions {
  readonly conditions: BothConditions
  /** Directions to close and to open; undefined where `down` was not named. */
  readonly down: { readonly directions: readonly Direction[]; readonly closed: boolean } | undefined
}

/**
 * Reads conditions over those that a link has or will have.
 *
 * @param only the direction that they are for; both unless given
 * @throws NetrigError INVALID_OPTION, INVALID_UNIT; UNSUPPORTED where no engine of this lab can do them
 */
export function readConditions(
  lab: LabState,
  link: string,
  now: BothConditions,
  options: LinkConditions,
  only?: Direction,
): WantedConditions {
  const what = `link ${link}`
  const directions = only === undefined ? BOTH : [only]
  const [a, b] = BOTH.map((direction) =>
    directions.includes(direction)
      ? parseConditions(options, what, now[direction], direction)
      : now[direction],
  ) as unknown as BothConditions
  lab.fabric.checkEngine([a, b], what)
  const { down } = options
  return {
    conditions: [a, b],
    down: down === undefined ? undefined : { directions, closed: down },
  }
}

/** Undefined for a link that does nothing to packets: it needs no engine. */
export function ofNewLink({ conditions }: WantedConditions): BothConditions | undefined {
  return conditions.every(isPerfect) ? undefined : conditions
}

/** For `link.update()` with nothing in it. */
export function nothingToChange(link: string): NetrigError {
  return new NetrigError('INVALID_OPTION', 'link.update: there is nothing to change.', {
    operation: 'link.update',
    object: link,
    hint: "write what is to change, e.g. `link.update({ delay: '20ms' })`",
  })
}
