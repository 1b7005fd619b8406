import type { Message } from '../../kernel/netlink/message.js'
import { MAY_BE_GONE } from '../../kernel/rtnetlink/gone.js'
import { netem } from '../../kernel/rtnetlink/netem.js'
import {
  type QdiscPlace,
  treeAdd,
  treeChange,
  treeDelete,
} from '../../kernel/rtnetlink/qdisc-tree.js'
import { tbf } from '../../kernel/rtnetlink/tbf.js'
import type { Distribution, NormalConditions } from '../conditions/index.js'
import { cutterSpec, lineSpec, rateSpec } from './spec.js'

/** The disciplines at the port that a direction leaves by, outermost first. */
export const CUTTER = 1
export const LINE = 2
export const RATE = 3

/** A host may crash at any moment, and its port with it: the next port gets a tree of its own. */
const GONE = { allow: ['ENODEV'] as const }

/**
 * The queue of one port as netrig builds it:
 *
 *     tbf 1:  cuts frames into packets -> netem 2:  loss, delay ... -> netem 3:  rate and queue
 *
 * The last is there from the first rate on, and then stays: taking it away would drop what waits in it.
 */
export class Tree {
  readonly #index: number
  readonly #mtu: number
  #rated = false
  #table: Distribution | undefined

  /** @param mtu of the port */
  constructor(index: number, mtu: number) {
    this.#index = index
    this.#mtu = mtu
  }

  get rated(): boolean {
    return this.#rated
  }

  /** Builds it in the place of whatever queue the port had. */
  build(conditions: NormalConditions, seed: bigint): Message[] {
    this.#rated = conditions.rate > 0
    this.#table = conditions.jitter > 0 ? conditions.distribution : undefined
    const cutter = tbf(cutterSpec(conditions, this.#mtu))
    const line = netem({ ...lineSpec(conditions), seed })
    return [
      treeDelete(this.#index, MAY_BE_GONE),
      treeAdd(this.#at(CUTTER), cutter, GONE),
      treeAdd(this.#at(LINE, CUTTER), line, GONE),
      ...(this.#rated ? [treeAdd(this.#at(RATE, LINE), this.#rate(conditions), GONE)] : []),
    ]
  }

  /** Changes it under the packets that are in it. */
  change(conditions: NormalConditions): Message[] {
    const { table, ...line } = lineSpec(conditions)
    const known = table === undefined || this.#table === conditions.distribution
    if (!known) this.#table = conditions.distribution
    const messages = [
      treeChange(this.#at(CUTTER), tbf(cutterSpec(conditions, this.#mtu)), GONE),
      treeChange(this.#at(LINE), netem(known ? line : { ...line, table }), GONE),
    ]
    if (this.#rated) messages.push(treeChange(this.#at(RATE), this.#rate(conditions), GONE))
    else if (conditions.rate > 0) {
      this.#rated = true
      messages.push(treeAdd(this.#at(RATE, LINE), this.#rate(conditions), GONE))
    }
    return messages
  }

  #rate(conditions: NormalConditions) {
    return netem(rateSpec(conditions, this.#mtu))
  }

  #at(handle: number, parent?: number): QdiscPlace {
    return { index: this.#index, handle, parent }
  }
}
