import { NetrigError } from '../base/errors.js'
import type { Effect } from '../fault/gate.js'
import type { Side } from '../wire/engine.js'
import { parseRule, type RuleMatch, type RuleOptions, type RuleStats } from '../wire/rules/index.js'
import { CableRule } from './fabric/rules.js'
import { endName } from './plan/label.js'
import { interfacesOf, type LabState, type LinkState } from './state.js'

/** A host by itself, or an address or subnet. */
export type RulePeer = { readonly name: string } | string

/** As {@link RuleMatch}, with hosts in the place of addresses. */
export interface LinkRuleMatch extends Omit<RuleMatch, 'from' | 'to'> {
  /** Hosts, addresses or subnets that packets come from. */
  readonly from?: RulePeer | readonly RulePeer[] | undefined
  readonly to?: RulePeer | readonly RulePeer[] | undefined
}

/** What `link.rule()` takes. */
export interface LinkRuleOptions extends Omit<RuleOptions, 'match'> {
  readonly match?: LinkRuleMatch | undefined
  /** Only what leaves this end of the link: a host, router or switch, or its name. */
  readonly leaving?: { readonly name: string } | string | undefined
}

/** A rule that holds until it is removed, also over crashes and restarts of the link's hosts. */
export class Rule implements AsyncDisposable {
  readonly kind = 'rule'
  /** What it does to what, as failure output names it. */
  readonly label: string
  readonly #state: LabState
  readonly #link: LinkState
  readonly #rule: CableRule
  #last: RuleStats | undefined
  #removed: Promise<void> | undefined

  /** @internal */
  constructor(state: LabState, link: LinkState, rule: CableRule) {
    this.#state = state
    this.#link = link
    this.#rule = rule
    this.label = `${rule.placed.rule.label} on link ${link.label}`
  }

  /** True until it is removed, or the lab ends. */
  get active(): boolean {
    return this.#removed === undefined && !this.#state.stopped
  }

  stats(): RuleStats {
    return this.#last ?? this.#rule.stats()
  }

  /** The packets that it did something to. */
  effect(): Effect {
    const { met, bytes } = this.stats()
    return { packets: met, bytes }
  }

  /** Takes it away; what it holds goes on its way. Removing twice is no error. */
  remove(): Promise<void> {
    this.#removed ??= this.#remove()
    return this.#removed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove()
  }

  /** @internal The lab ends: what was counted is kept. */
  freeze(): void {
    this.#last = this.stats()
  }

  async #remove(): Promise<void> {
    if (this.#state.stopped) return
    await this.#link.cable?.rules.remove(this.#rule)
    this.#state.faults.delete(this)
    this.#state.events.add('rule.remove', this.label, `${this.effect().packets} packets`)
  }
}

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT, INVALID_ADDRESS, UNSUPPORTED */
export async function addRule(
  state: LabState,
  link: LinkState,
  options: LinkRuleOptions,
): Promise<Rule> {
  const { leaving, match, ...rest } = options ?? {}
  const names = link.declaration.ends.map(endName)
  const rule = parseRule({
    ...rest,
    ...(match === undefined ? {} : { match: withAddresses(state, match) }),
  })
  const placed = new CableRule({
    rule,
    link: link.declaration.id,
    leaving: leaving === undefined ? undefined : sideOf(link, names, leaving),
    ends: { a: names[0]!, b: names[1]! },
    failed: (error) => {
      state.failure ??= error
      state.events.add('rule.failed', link.label, error.message)
    },
  })
  await link.cable!.addRule(placed, link.conditions)
  const made = new Rule(state, link, placed)
  state.faults.add(made)
  state.made.add(made)
  state.events.add('rule', made.label)
  return made
}

function withAddresses(state: LabState, { from, to, ...match }: LinkRuleMatch): RuleMatch {
  const addresses = (peers: LinkRuleMatch['from'], option: string) =>
    [peers].flat().flatMap((peer) => addressesOf(state, peer as RulePeer, option))
  return {
    ...match,
    ...(from === undefined ? {} : { from: addresses(from, 'from') }),
    ...(to === undefined ? {} : { to: addresses(to, 'to') }),
  }
}

/** Addresses of a host, or what was written. */
function addressesOf(state: LabState, peer: RulePeer, option: string): string[] {
  const name = typeof peer === 'string' ? peer : peer?.name
  if (typeof peer === 'string' && !state.hosts.has(peer)) return [peer]
  const found = interfacesOf(state, name).flatMap(({ addresses }) =>
    addresses.map(({ address }) => address),
  )
  if (found.length > 0) return found
  throw new NetrigError(
    'INVALID_OPTION',
    `link.rule: ${option} '${String(name)}' is no host of this lab with an address.`,
    { operation: 'link.rule', object: option },
  )
}

function sideOf(
  link: LinkState,
  names: readonly string[],
  end: { readonly name: string } | string,
): Side {
  const name = typeof end === 'string' ? end : end?.name
  const at = names.indexOf(name)
  if (at === 0 || at === 1) return at === 0 ? 'a' : 'b'
  throw new NetrigError(
    'INVALID_OPTION',
    `link.rule: leaving '${String(name)}' is no end of link ${link.label}: its ends are ${names.join(' and ')}.`,
    { operation: 'link.rule', object: 'leaving' },
  )
}
