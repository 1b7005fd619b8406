import { addressBytes } from '../../../kernel/netlink/ip.js'
import { macBytes } from '../../../kernel/netlink/mac.js'
import type { Which } from './syntax.js'
import { Ethertype, type Expression, type Test, type Transport, Transports } from './syntax.js'
import type { Token, Tokens } from './tokens.js'

/** What a filter may name besides addresses. */
export interface Known {
  /** Names of hosts, with their addresses. */
  readonly hosts: ReadonlyMap<string, readonly string[]>
  /** Names of switches, with their subnets. */
  readonly nets: ReadonlyMap<string, readonly string[]>
}

const PROTOCOLS = ['ether', 'ip', 'ip6', 'arp', 'rarp', ...Object.keys(Transports)]
const DIRECTIONS = ['src', 'dst']
const TYPES = ['host', 'net', 'port', 'portrange'] as const
const ALONE = ['vlan', 'inbound', 'outbound', 'less', 'greater', 'broadcast', 'multicast']
/** Every word of the language. */
export const WORDS = [...PROTOCOLS, ...DIRECTIONS, ...TYPES, ...ALONE, 'and', 'or', 'not']
const PORTED: readonly string[] = ['tcp', 'udp', 'sctp']

interface Qualifiers {
  readonly protocol: string | undefined
  readonly which: Which | undefined
  readonly type: (typeof TYPES)[number]
}

function test(one: Test): Expression {
  return { kind: 'test', test: one }
}

function any(tests: readonly Test[]): Expression {
  return tests.map(test).reduce((left, right) => ({ kind: 'or', left, right }) as const)
}

/** Reads what stands between `and`, `or` and `not`, e.g. `tcp dst port 80`. */
export class PrimitiveReader {
  readonly #tokens: Tokens
  readonly #known: Known
  /** `port 80 or 443` is `port 80 or port 443`. */
  #last: Qualifiers | undefined

  constructor(tokens: Tokens, known: Known) {
    this.#tokens = tokens
    this.#known = known
  }

  /** @throws NetrigError INVALID_FILTER */
  read(): Expression {
    const word = this.#tokens.peek() ?? ''
    if (ALONE.includes(word)) return test(this.#alone(this.#tokens.take()))
    if (WORDS.includes(word) && !['and', 'or', 'not'].includes(word)) return this.#qualified()
    const token = this.#tokens.take()
    const looksLikeValue = /^\d/.test(word) || word.includes(':') || this.#names().includes(word)
    if (!looksLikeValue) {
      const missing = word === '' || word === ')' || ['and', 'or'].includes(word)
      throw this.#tokens.wrong(
        token,
        missing ? 'something to look for is missing here' : 'no filter has this word',
        missing ? [] : [...WORDS, ...this.#names()],
      )
    }
    return this.#value(token, this.#last ?? { protocol: undefined, which: undefined, type: 'host' })
  }

  #names(): string[] {
    return [...this.#known.hosts.keys(), ...this.#known.nets.keys()]
  }

  #alone(token: Token): Test {
    switch (token.text) {
      case 'vlan': {
        const id = /^\d/.test(this.#tokens.peek() ?? '') ? this.#number(0, 4095) : undefined
        return { test: 'vlan', id }
      }
      case 'less':
      case 'greater':
        return { test: token.text, length: this.#number(0, 262144) }
      default:
        return { test: token.text as 'inbound' | 'outbound' | 'broadcast' | 'multicast' }
    }
  }

  #qualified(): Expression {
    const tokens = this.#tokens
    const first = tokens.peek()!
    const protocol = PROTOCOLS.includes(first) ? tokens.take().text : undefined
    const which = this.#which()
    const type = TYPES.find((one) => one === tokens.peek())
    if (type !== undefined) tokens.take()
    if (protocol !== undefined && which === undefined && type === undefined) {
      if (protocol === 'ether' && ['broadcast', 'multicast'].includes(tokens.peek() ?? '')) {
        return test(this.#alone(tokens.take()))
      }
      return this.#protocol(protocol)
    }
    const qualifiers = { protocol, which, type: type ?? 'host' } as const
    this.#last = qualifiers
    return this.#value(tokens.take(), qualifiers)
  }

  /** `src`, `dst`, `src or dst`, `src and dst`. */
  #which(): Which | undefined {
    const one = this.#tokens.peek()
    if (one !== 'src' && one !== 'dst') return undefined
    this.#tokens.take()
    const joint = this.#tokens.peek()
    const other = this.#tokens.peek(1)
    const pair = (other === 'src' || other === 'dst') && other !== one
    if (!pair || (joint !== 'or' && joint !== 'and')) return one
    // `src 10.0.0.1` is a whole test, but here no value has come yet.
    this.#tokens.take()
    this.#tokens.take()
    return joint === 'or' ? 'either' : 'both'
  }

  #protocol(word: string): Expression {
    if (word in Transports) {
      return test({ test: 'transport', transport: Transports[word as keyof typeof Transports] })
    }
    if (word in Ethertype) {
      return test({ test: 'ethertype', value: Ethertype[word as keyof typeof Ethertype] })
    }
    const token = this.#tokens.take()
    throw this.#tokens.wrong(
      token,
      "after 'ether' comes 'host', 'src', 'dst', 'broadcast' or 'multicast'",
    )
  }

  #value(token: Token, qualifiers: Qualifiers): Expression {
    const { protocol, which = 'either', type } = qualifiers
    if (type === 'port' || type === 'portrange') return test(this.#ports(token, qualifiers))
    if (protocol === 'ether') return test(this.#mac(token, which, type))
    const within = this.#within(token, protocol)
    const nets = type === 'net' ? this.#nets(token) : this.#hosts(token)
    const tests = nets.flatMap(({ address, prefix }) => {
      const possible = within.filter((one) => (one === Ethertype.ip6) === (address.length === 16))
      return possible.length === 0
        ? []
        : [{ test: 'net', which, address, prefix, within: possible } as const]
    })
    if (tests.length === 0) {
      throw this.#tokens.wrong(token, `is no address that '${protocol}' has`)
    }
    return any(tests)
  }

  #within(token: Token, protocol: string | undefined): readonly number[] {
    switch (protocol) {
      case undefined:
        return [Ethertype.ip, Ethertype.ip6, Ethertype.arp, Ethertype.rarp]
      case 'ip':
      case 'ip6':
      case 'arp':
      case 'rarp':
        return [Ethertype[protocol]]
      default:
        throw this.#tokens.wrong(
          token,
          `'${protocol}' has ports, not hosts: write '${protocol} and host ...'`,
        )
    }
  }

  #hosts(token: Token): { address: Uint8Array; prefix: number }[] {
    const addresses = this.#known.hosts.get(token.text) ?? [token.text]
    return addresses.map((address) => {
      const bytes = this.#address(token, address, [...this.#known.hosts.keys()])
      return { address: bytes, prefix: bytes.length * 8 }
    })
  }

  #nets(token: Token): { address: Uint8Array; prefix: number }[] {
    const subnets = this.#known.nets.get(token.text) ?? [token.text]
    return subnets.map((subnet) => {
      const [text = '', length] = subnet.split('/')
      const address = this.#address(token, text, [...this.#known.nets.keys()])
      const bits = address.length * 8
      const prefix = length === undefined ? bits : Number(length)
      if (!Number.isInteger(prefix) || length === '' || prefix < 0 || prefix > bits) {
        throw this.#tokens.wrong(token, `a prefix has 0 to ${bits} bits`)
      }
      const outside = address.some(
        (byte, at) => byte & (0xff >> Math.min(8, Math.max(0, prefix - at * 8))),
      )
      if (outside)
        throw this.#tokens.wrong(token, `is no network: it has bits behind its prefix of ${prefix}`)
      return { address, prefix }
    })
  }

  #address(token: Token, text: string, names: readonly string[]): Uint8Array {
    try {
      return addressBytes(text)
    } catch {
      const kinds = names.length === 0 ? 'no address' : 'neither an address nor a name of this lab'
      throw this.#tokens.wrong(
        token,
        token.text === '' ? 'an address is missing' : `is ${kinds}`,
        names,
      )
    }
  }

  #mac(token: Token, which: Which, type: string): Test {
    if (type !== 'host') throw this.#tokens.wrong(token, "after 'ether' an address is a 'host'")
    try {
      return { test: 'mac', which, address: macBytes(token.text) }
    } catch {
      throw this.#tokens.wrong(token, 'is no MAC address, e.g. 02:00:00:00:00:01')
    }
  }

  #ports(token: Token, { protocol, which = 'either', type }: Qualifiers): Test {
    if (protocol !== undefined && !PORTED.includes(protocol)) {
      throw this.#tokens.wrong(token, `'${protocol}' has no ports: ${PORTED.join(', ')} have`)
    }
    const names = (protocol === undefined ? PORTED : [protocol]) as (keyof typeof Transports)[]
    const transports: Transport[] = names.map((name) => Transports[name])
    const [low, high = low, more] = token.text.split('-').map(portOf)
    const range = type === 'portrange'
    if (
      low === undefined ||
      high === undefined ||
      more !== undefined ||
      (low !== high && !range) ||
      low > high
    ) {
      const right = range ? 'a range of ports, e.g. 8000-8080' : 'a port, 0 to 65535, as a number'
      throw this.#tokens.wrong(
        token,
        token.text === '' ? `${right}, is missing` : `is not ${right}`,
      )
    }
    return { test: 'port', which, transports, low, high }
  }

  #number(low: number, high: number): number {
    const token = this.#tokens.take()
    const value = /^\d+$/.test(token.text) ? Number(token.text) : Number.NaN
    if (value >= low && value <= high) return value
    throw this.#tokens.wrong(token, `a number from ${low} to ${high} is wanted here`)
  }
}

/** NaN fails every comparison, as `undefined` does. */
function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined
}
