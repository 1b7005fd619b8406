import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { encode } from '../netlink/writer.js'
import { NFTA_LIST_ELEM, nftMessage } from './message.js'

/** linux/netfilter/nf_tables.h */
const NFTA_SET_TABLE = 1
const NFTA_SET_NAME = 2
const NFTA_SET_FLAGS = 3
const NFTA_SET_KEY_TYPE = 4
const NFTA_SET_KEY_LEN = 5
const NFTA_SET_ID = 10
const NFTA_SET_ELEM_LIST_TABLE = 1
const NFTA_SET_ELEM_LIST_SET = 2
const NFTA_SET_ELEM_LIST_ELEMENTS = 3
const NFTA_SET_ELEM_LIST_SET_ID = 4
const NFTA_SET_ELEM_KEY = 1
const NFTA_DATA_VALUE = 1

/** Type `mark` of nft(8): only nft reads it, when it lists the set. */
const TYPE_MARK = 19

/** An attribute holds 64 KiB, an element takes 16 bytes. */
const ELEMENTS_PER_MESSAGE = 2048

/** A set of packet marks. `id` names it for rules of the same transaction. */
export interface MarkSetSpec {
  readonly table: string
  readonly name: string
  readonly id: number
  readonly marks: readonly number[]
}

/** Makes a set and puts the marks into it. */
export function markSetCreate(set: MarkSetSpec): Message[] {
  const object = `set ${set.name} of table ${set.table}`
  const messages = [
    nftMessage('NFT_MSG_NEWSET', NLM_F_CREATE | NLM_F_EXCL, object, (to) => {
      to.attributeString(NFTA_SET_TABLE, set.table).attributeString(NFTA_SET_NAME, set.name)
      to.attributeBe32(NFTA_SET_FLAGS, 0)
      to.attributeBe32(NFTA_SET_KEY_TYPE, TYPE_MARK).attributeBe32(NFTA_SET_KEY_LEN, 4)
      to.attributeBe32(NFTA_SET_ID, set.id)
    }),
  ]
  for (let from = 0; from < set.marks.length; from += ELEMENTS_PER_MESSAGE) {
    const marks = set.marks.slice(from, from + ELEMENTS_PER_MESSAGE)
    const add = nftMessage('NFT_MSG_NEWSETELEM', NLM_F_CREATE, object, (to) => {
      to.attributeString(NFTA_SET_ELEM_LIST_TABLE, set.table)
      to.attributeString(NFTA_SET_ELEM_LIST_SET, set.name)
      to.attributeBe32(NFTA_SET_ELEM_LIST_SET_ID, set.id)
      to.nest(NFTA_SET_ELEM_LIST_ELEMENTS, () => {
        for (const mark of marks) {
          to.nest(NFTA_LIST_ELEM, () => {
            to.nest(NFTA_SET_ELEM_KEY, () => to.attributeBytes(NFTA_DATA_VALUE, markBytes(mark)))
          })
        }
      })
    })
    messages.push(add)
  }
  return messages
}

/** A mark as a register holds it: in host order, unlike all other numbers of nftables. */
function markBytes(mark: number): Uint8Array {
  return encode((to) => to.u32(mark))
}
