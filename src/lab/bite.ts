import { NetrigError } from '../base/errors.js'
import { addEffects, effectSince, NO_EFFECT } from '../fault/gate.js'
import { losesNothing, type NormalConditions } from '../wire/conditions/index.js'
import type { DirectionStats } from '../wire/engine.js'
import type { LabState, LinkState } from './state.js'

/** Which conditions a link has ever had, as `mustBite` asks about them. */
const tried = new WeakMap<LinkState, Set<Kind>>()

/** Each condition: whether it is there, and the count that shows that it did something; null: not counted. */
const KINDS = {
  delay: [(c) => c.delay > 0 || c.jitter > 0, (s) => s.packets],
  rate: [(c) => c.rate > 0 || c.trace !== undefined, (s) => s.packets],
  loss: [(c) => !losesNothing(c.loss), (s) => s.lost],
  duplicate: [(c) => c.duplicate.rate > 0, (s) => s.duplicated],
  corrupt: [(c) => c.corrupt.rate > 0, (s) => s.corrupted],
  reorder: [(c) => c.reorder.rate > 0, (s) => s.reordered],
  mtu: [(c) => c.mtu > 0, (s) => s.overMtu],
} as const satisfies Record<
  string,
  readonly [(c: NormalConditions) => boolean, (s: DirectionStats) => number | null]
>
type Kind = keyof typeof KINDS

/** Remembers what a link is asked to do to packets. */
export function noteConditions(link: LinkState): void {
  const kinds = tried.get(link) ?? new Set()
  tried.set(link, kinds)
  for (const one of link.conditions ?? []) {
    for (const [kind, [holds]] of Object.entries(KINDS)) if (holds(one)) kinds.add(kind as Kind)
  }
}

/** Remembers that a link is taken down, and what its gate had eaten by then. */
export function noteDown(state: LabState, link: LinkState): void {
  const eaten = () => {
    const gate = link.cable?.gate
    return gate === undefined ? NO_EFFECT : addEffects(gate.eaten(0), gate.eaten(1))
  }
  const before = eaten()
  const effect = () => effectSince(eaten(), before)
  state.made.add({ kind: 'link.down', label: link.label, effect })
}

/** Faults that touched no packet, in words. */
export function findUnbitten(state: LabState): string[] {
  const faults = [...state.made]
    .filter((fault) => fault.effect().packets === 0)
    .map(({ kind, label }) => `${kind} ${label}`)
  return [...faults, ...state.links.flatMap(unbittenConditions)]
}

function unbittenConditions(link: LinkState): string[] {
  const kinds = [...(tried.get(link) ?? [])]
  const stats = link.cable?.engine?.stats(link.declaration.id)
  return kinds
    .filter((kind) => {
      if (stats === undefined) return true
      const counts = [stats.a, stats.b].map((side) => KINDS[kind][1](side) ?? side.packets)
      return counts.every((count) => count === 0)
    })
    .map((kind) => {
      const passed = stats === undefined ? 0 : stats.a.packets + stats.b.packets
      return `condition ${kind} of link ${link.label} (${passed} packets passed)`
    })
}

/** For `mustBite: true`. */
export function nothingBitten(lab: string, faults: readonly string[]): NetrigError {
  const list = faults.map((fault) => `  ${fault}`).join('\n')
  return new NetrigError(
    'NO_EFFECT',
    `Lab '${lab}' had faults that touched no packet (mustBite):\n${list}`,
    {
      operation: 'lab.stop',
      object: lab,
      hint: 'the test shows nothing about them: let packets pass while they act, or take them away',
    },
  )
}
