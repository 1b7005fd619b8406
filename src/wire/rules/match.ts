import { checkOptions } from '../../base/suggest.js'
import { parseSize, type Size } from '../../base/units.js'
import { listOf, refuse, wholeNumber } from './check.js'
import type { RuleMatch, Which } from './model.js'
import { netWord } from './net.js'
import { TCP_FLAGS } from './tcp-flags.js'

const MATCH = [
  'proto',
  'from',
  'to',
  'port',
  'fromPort',
  'toPort',
  'flags',
  'payload',
  'size',
  'nth',
  'every',
  'after',
  'first',
  'per',
  'connections',
] as const
const WHICH = ['nth', 'every', 'after', 'first'] as const

/** linux/if_ether.h; numbers of IP protocols are IANA's. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  tcp: 'proto=6',
  udp: 'proto=17',
  icmp: 'proto=1',
  icmp6: 'proto=58',
  arp: `ether=${0x0806}`,
  ipv4: `ether=${0x0800}`,
  ipv6: `ether=${0x86dd}`,
}
const PORTS = [0, 65_535] as const
const SIZES = [0, 65_557] as const
/** native/relay/match.h */
const MOST = { nets: 16, ranges: 16, nths: 64, payload: 1024 } as const

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT, INVALID_ADDRESS */
export function matchWords(match: RuleMatch): string[] {
  checkOptions(match, MATCH, 'link.rule: match')
  const words = [
    ...protocol(match.proto),
    ...nets(match.from, 'from'),
    ...nets(match.to, 'to'),
    ...ranges(match.port, 'port', 'port', PORTS),
    ...ranges(match.fromPort, 'fromPort', 'from-port', PORTS),
    ...ranges(match.toPort, 'toPort', 'to-port', PORTS),
    ...ranges(match.size, 'size', 'size', SIZES),
    ...flags(match.flags),
    ...payload(match.payload),
  ]
  const { after } = match
  const bytes = typeof after === 'string'
  words.push(...which({ ...match, after: bytes ? undefined : (after as number) }, ''))
  if (bytes) words.push(`bytes=${parseSize(after as Size, 'link.rule: after')}`)
  if (match.per === 'connection') words.push('per-connection=1')
  else if (match.per !== undefined && match.per !== 'link') {
    throw refuse('per', `'${String(match.per)}' is neither 'link' nor 'connection'`)
  }
  if (match.connections !== undefined) {
    checkOptions(match.connections, WHICH, 'link.rule: connections')
    words.push(...which(match.connections, 'connection-'))
  }
  return words
}

function protocol(proto: RuleMatch['proto']): string[] {
  if (proto === undefined) return []
  if (typeof proto === 'number') {
    if (Number.isInteger(proto) && proto >= 0 && proto <= 255) return [`proto=${proto}`]
    throw refuse('proto', `${proto} is no protocol of IP: those are 0 to 255`)
  }
  const word = PROTOCOLS[proto]
  if (word !== undefined) return [word]
  throw refuse('proto', `'${String(proto)}' is none of ${Object.keys(PROTOCOLS).join(', ')}`)
}

function nets(given: RuleMatch['from'], option: 'from' | 'to'): string[] {
  if (given === undefined) return []
  const list = listOf(given)
  if (list.length === 0 || list.length > MOST.nets) {
    throw refuse(option, `is to be 1 to ${MOST.nets} addresses, not ${list.length}`)
  }
  return list.map((one) => `${option}=${netWord(one, option)}`)
}

function ranges(
  given: RuleMatch['port'],
  option: string,
  word: string,
  [least, most]: readonly [number, number],
): string[] {
  if (given === undefined) return []
  const list = listOf(given)
  if (list.length === 0 || list.length > MOST.ranges) {
    throw refuse(option, `is to be 1 to ${MOST.ranges} numbers or ranges, not ${list.length}`)
  }
  return list.map((one) => {
    const [, low = '', high = low] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(String(one)) ?? []
    if (low !== '' && +low <= +high && +low >= least && +high <= most) {
      return `${word}=${+low},${+high}`
    }
    throw refuse(option, `'${String(one)}' is neither a number up to ${most} nor a range of them`)
  })
}

function flags(given: string | undefined): string[] {
  if (given === undefined) return []
  let [set, clear] = [0, 0]
  for (const word of String(given).split(',')) {
    const flag = word.trim().toUpperCase()
    const at = TCP_FLAGS.indexOf(flag.replace(/^!/, ''))
    if (at < 0) throw refuse('flags', `has '${word}', which is none of ${TCP_FLAGS.join(', ')}`)
    if (flag.startsWith('!')) clear |= 1 << at
    else set |= 1 << at
  }
  if ((set & clear) !== 0) throw refuse('flags', `'${given}' wants a flag both set and not set`)
  return [`flags=${set},${clear}`]
}

function payload(given: RuleMatch['payload']): string[] {
  if (given === undefined) return []
  const bytes = typeof given === 'string' ? Buffer.from(given) : Buffer.from(given)
  if (bytes.length === 0 || bytes.length > MOST.payload) {
    throw refuse('payload', `is to be 1 to ${MOST.payload} bytes, not ${bytes.length}`)
  }
  return [`payload=${bytes.toString('hex')}`]
}

function which({ nth, every, after, first }: Which, prefix: string): string[] {
  const words: string[] = []
  const number = (value: number | undefined, name: string, least?: number) => {
    if (value !== undefined) words.push(`${prefix}${name}=${wholeNumber(value, name, least)}`)
  }
  number(after, 'after', 0)
  number(first, 'first')
  number(every, 'every')
  if (nth === undefined) return words
  const list = listOf(nth)
  if (list.length === 0 || list.length > MOST.nths) {
    throw refuse('nth', `is to be 1 to ${MOST.nths} numbers, not ${list.length}`)
  }
  for (const one of list) number(one, 'nth')
  return words
}
