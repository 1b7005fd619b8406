import { Attributes } from '../netlink/attribute.js'
import { type Message, NLM_F_APPEND, NLM_F_CREATE, type Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import type { Writer } from '../netlink/writer.js'
import { NFGENMSG, NFTA_LIST_ELEM, nftMessage } from './message.js'

/** linux/netfilter/nf_tables.h */
const NFTA_RULE_TABLE = 1
const NFTA_RULE_CHAIN = 2
const NFTA_RULE_EXPRESSIONS = 4
const NFTA_EXPR_NAME = 1
const NFTA_EXPR_DATA = 2
const NFTA_META_DREG = 1
const NFTA_META_KEY = 2
const NFTA_META_SREG = 3
const NFT_META_MARK = 3
const NFT_META_IIF = 4
const NFTA_LOOKUP_SET = 1
const NFTA_LOOKUP_SREG = 2
const NFTA_LOOKUP_SET_ID = 4
const NFTA_COUNTER_BYTES = 1
const NFTA_COUNTER_PACKETS = 2
const NFTA_IMMEDIATE_DREG = 1
const NFTA_IMMEDIATE_DATA = 2
const NFTA_DATA_VERDICT = 2
const NFTA_VERDICT_CODE = 1
const NFT_REG_VERDICT = 0
const NFT_REG32_00 = 8
/** linux/netfilter.h */
const NF_DROP = 0

/** Packets and bytes that a rule has met. */
export interface Count {
  readonly packets: number
  readonly bytes: number
}

/** One step of a rule; a rule ends at the first step that does not match. */
export type Expression = (to: Writer) => void

function expression(name: string, write: (to: Writer) => void): Expression {
  return (to) => {
    to.nest(NFTA_LIST_ELEM, () => {
      to.attributeString(NFTA_EXPR_NAME, name)
      to.nest(NFTA_EXPR_DATA, write)
    })
  }
}

/** `meta mark set meta iif`: the packet carries the number of the device that it came in by. */
export const markByDevice: readonly Expression[] = [
  expression('meta', (to) => {
    to.attributeBe32(NFTA_META_KEY, NFT_META_IIF).attributeBe32(NFTA_META_DREG, NFT_REG32_00)
  }),
  expression('meta', (to) => {
    to.attributeBe32(NFTA_META_KEY, NFT_META_MARK).attributeBe32(NFTA_META_SREG, NFT_REG32_00)
  }),
]

/** `meta mark @set` */
export function markIn(set: { readonly name: string; readonly id: number }): readonly Expression[] {
  return [
    expression('meta', (to) => {
      to.attributeBe32(NFTA_META_KEY, NFT_META_MARK).attributeBe32(NFTA_META_DREG, NFT_REG32_00)
    }),
    expression('lookup', (to) => {
      to.attributeString(NFTA_LOOKUP_SET, set.name).attributeBe32(NFTA_LOOKUP_SET_ID, set.id)
      to.attributeBe32(NFTA_LOOKUP_SREG, NFT_REG32_00)
    }),
  ]
}

/** `counter drop` */
export const countAndDrop: readonly Expression[] = [
  expression('counter', (to) => {
    to.attributeBe64(NFTA_COUNTER_BYTES, 0)
    to.attributeBe64(NFTA_COUNTER_PACKETS, 0)
  }),
  expression('immediate', (to) => {
    to.attributeBe32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT)
    to.nest(NFTA_IMMEDIATE_DATA, () => {
      to.nest(NFTA_DATA_VERDICT, () => to.attributeBe32(NFTA_VERDICT_CODE, NF_DROP))
    })
  }),
]

/** Appends a rule to a chain. */
export function ruleAdd(
  table: string,
  chain: string,
  ...expressions: (readonly Expression[])[]
): Message {
  const object = `rule in chain ${chain} of table ${table}`
  return nftMessage('NFT_MSG_NEWRULE', NLM_F_CREATE | NLM_F_APPEND, object, (to) => {
    to.attributeString(NFTA_RULE_TABLE, table).attributeString(NFTA_RULE_CHAIN, chain)
    to.nest(NFTA_RULE_EXPRESSIONS, () => {
      for (const each of expressions.flat()) each(to)
    })
  })
}

/** What the counter of a rule says, and which chain the rule is in. */
export interface ChainCount extends Count {
  readonly chain: string
}

/** The counters of all rules of a table that have one, rule by rule. */
export function ruleCounters(socket: NetlinkSocket, table: string): ChainCount[] {
  const query = nftMessage('NFT_MSG_GETRULE', 0, `rules of table ${table}`, (to) =>
    to.attributeString(NFTA_RULE_TABLE, table),
  )
  return socket.dump(query, readRuleCounter)
}

/** Decodes an NFT_MSG_NEWRULE answer; a rule without a counter gives undefined. */
export function readRuleCounter({ view, from, to }: Reply): ChainCount | undefined {
  const rule = new Attributes(view, from + NFGENMSG, to)
  for (const each of rule.nested(NFTA_RULE_EXPRESSIONS)?.list() ?? []) {
    if (each.string(NFTA_EXPR_NAME) !== 'counter') continue
    const data = each.nested(NFTA_EXPR_DATA)
    return {
      chain: rule.string(NFTA_RULE_CHAIN) ?? '',
      packets: data?.be64(NFTA_COUNTER_PACKETS) ?? 0,
      bytes: data?.be64(NFTA_COUNTER_BYTES) ?? 0,
    }
  }
  return undefined
}
