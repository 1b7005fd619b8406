import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { Cut, type CutPlan, type CutPort } from '../fault/cut.js'
import type { Direction, Effect } from '../fault/gate.js'
import type { LabState } from './state.js'

/** Which way a partition cuts. */
export interface PartitionOptions {
  /** `both` unless given; `a-to-b` drops only what the first group sends to the second. */
  readonly direction?: 'both' | 'a-to-b' | 'b-to-a' | undefined
}

/**
 * A partition that holds until it is healed, also over crashes and restarts of its hosts.
 *
 * @example
 * await using cut = await lab.partition([a], [b, c])
 * // ...
 * console.log(cut.effect().packets, 'packets were eaten')
 */
export class Partition implements AsyncDisposable {
  readonly kind = 'partition'
  readonly #state: LabState
  readonly #cut: Cut
  /** The groups, as failure output names them: `a | b, c`. */
  readonly label: string

  /** @internal */
  constructor(state: LabState, cut: Cut, label: string) {
    this.#state = state
    this.#cut = cut
    this.label = label
  }

  /** True until it is healed. */
  get active(): boolean {
    return this.#cut.active && !this.#state.stopped
  }

  /** What it ate so far. */
  effect(): Effect {
    return this.#cut.effect()
  }

  /** Ends the partition; healing twice is no error. */
  async heal(): Promise<void> {
    if (!this.active) return
    this.#cut.heal()
    await this.#cut.settled()
    this.#state.cuts.delete(this.#cut)
    this.#state.faults.delete(this)
    this.#state.events.add(
      'partition.heal',
      this.label,
      `${this.#cut.effect().packets} packets eaten`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.heal()
  }
}

const DIRECTIONS = ['both', 'a-to-b', 'b-to-a'] as const
let cuts = 0

/**
 * Separates two groups of hosts, on the switches that both are on and on links between them.
 *
 * @throws NetrigError INVALID_OPTION when the groups overlap, are empty or do not meet anywhere
 */
export async function partition(
  state: LabState,
  a: readonly string[],
  b: readonly string[],
  options: PartitionOptions = {},
): Promise<Partition> {
  checkOptions(options, ['direction'], 'lab.partition')
  const { direction = 'both' } = options
  const label = `${a.join(', ')} ${direction === 'both' ? '|' : direction === 'a-to-b' ? '-x>' : '<x-'} ${b.join(', ')}`
  if (!DIRECTIONS.includes(direction)) {
    throw refuse(label, `direction '${String(direction)}' is none of ${DIRECTIONS.join(', ')}.`)
  }
  if (a.length === 0 || b.length === 0)
    throw refuse(label, 'a group is empty: name at least one host in each.')
  const both = a.find((host) => b.includes(host))
  if (both !== undefined) throw refuse(label, `host ${both} is in both groups.`)
  const directions = { aToB: direction !== 'b-to-a', bToA: direction !== 'a-to-b' }
  const find = () => findPlan(state, new Set(a), new Set(b), directions)
  if (!meets(state, new Set(a), new Set(b))) {
    throw refuse(
      label,
      'the groups share no switch and no link, so there is nothing to cut between them.',
      'this version cuts on switches and on direct links; for hosts beyond a router, partition the router from them',
    )
  }
  cuts += 1
  const cut = new Cut(`cut-${cuts}`, state.fabric.filter, find, directions)
  state.cuts.add(cut)
  const made = new Partition(state, cut, label)
  state.faults.add(made)
  state.made.add(made)
  await cut.settled()
  state.events.add('partition', label)
  return made
}

function refuse(object: string, sentence: string, hint?: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `lab.partition: ${sentence}`, {
    operation: 'lab.partition',
    object,
    hint,
  })
}

function meets(state: LabState, a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const segments = (group: ReadonlySet<string>) =>
    new Set(
      state.plan?.interfaces.filter(({ host }) => group.has(host)).map(({ segment }) => segment),
    )
  const others = segments(b)
  return [...segments(a)].some((segment) => others.has(segment))
}

function findPlan(
  state: LabState,
  a: ReadonlySet<string>,
  b: ReadonlySet<string>,
  directions: { readonly aToB: boolean; readonly bToA: boolean },
): CutPlan {
  const domains = new Map<number, { a: CutPort[]; b: CutPort[] }>()
  const gates: { gate: CutPlan['gates'][number]['gate']; directions: Direction[] }[] = []
  for (const { host, link, segment, end } of state.plan?.interfaces ?? []) {
    const group = a.has(host) ? 'a' : b.has(host) ? 'b' : undefined
    const cable = state.links[link]?.cable
    if (group === undefined || cable === undefined) continue
    const other = cable.link.ends[1 - end]!
    if (other.kind === 'host') {
      // A direct link is met twice, once from each end: it is cut from the first group's.
      if (group === 'b' || !b.has(other.host)) continue
      const away = end
      const back = (1 - end) as Direction
      gates.push({
        gate: cable.gate,
        directions: [...(directions.aToB ? [away] : []), ...(directions.bToA ? [back] : [])],
      })
      continue
    }
    const domain = domains.get(segment) ?? { a: [], b: [] }
    domains.set(segment, domain)
    const port = cable.switchPort
    if (port !== undefined) domain[group].push(port)
  }
  return { domains: [...domains.values()], gates }
}
