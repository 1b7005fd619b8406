import { NetrigError } from '../../base/errors.js'
import { checkOptions } from '../../base/suggest.js'
import { type GivenAddress, parseAddress } from './address.js'
import { validateInterfaceName } from './interface-name.js'
import { formatIpv4, formatSubnet, parseSubnet } from './ipv4.js'
import { endName, linkLabel } from './label.js'
import { parseMac } from './mac.js'
import { DEFAULT_MTU, validateMtu } from './mtu.js'
import type { EndDeclaration, InterfaceDeclaration, LinkDeclaration } from './types.js'

/** One value where one end of the link is a host; a list in the order of the ends where both are. */
export type PerEnd<T> = T | readonly [T | undefined, T | undefined]

/** What a test may fix about a link's place in the network. */
export interface LinkPlaceOptions {
  /** The IPv4 network that the link belongs to, e.g. `'10.1.0.0/24'`. */
  readonly subnet?: string | undefined
  /** Address of the host's interface, `'10.0.0.7'` or `'10.0.0.7/24'`. */
  readonly address?: PerEnd<string> | undefined
  /** MAC address of the host's interface. */
  readonly mac?: PerEnd<string> | undefined
  /** Name of the interface in the host; `eth0`, `eth1`, ... unless given. */
  readonly name?: PerEnd<string> | undefined
  /** Largest packet in bytes; 1500 unless given. */
  readonly mtu?: number | undefined
}

export const LINK_PLACE_OPTIONS = ['subnet', 'address', 'mac', 'name', 'mtu'] as const

const OPERATION = 'lab.link'

/**
 * Reads a link's options.
 *
 * @param alsoKnown options of the same object that others read (delay, loss, ...)
 * @throws NetrigError INVALID_OPTION, INVALID_ADDRESS, INVALID_NAME
 */
export function parseLinkOptions(
  ends: readonly [EndDeclaration, EndDeclaration],
  options: LinkPlaceOptions | undefined,
  alsoKnown: readonly string[],
  ipv6: boolean,
): Pick<LinkDeclaration, 'subnet' | 'mtu' | 'interfaces'> {
  checkOptions(options, [...LINK_PLACE_OPTIONS, ...alsoKnown], OPERATION)
  const label = linkLabel({ ends })
  const given: LinkPlaceOptions = options ?? {}
  if (given.mtu !== undefined) validateMtu(given.mtu, ipv6, OPERATION, `link ${label}`)
  const addresses = perEnd(ends, 'address', given.address, label)
  const macs = perEnd(ends, 'mac', given.mac, label)
  const names = perEnd(ends, 'name', given.name, label)
  const interfaceAt = (at: 0 | 1) =>
    ends[at].kind === 'switch'
      ? undefined
      : parseInterface(ends[at].host, addresses[at], macs[at], names[at])
  return {
    ...(given.subnet === undefined
      ? {}
      : { subnet: formatSubnet(parseSubnet(given.subnet, OPERATION, `link ${label}`)) }),
    mtu: given.mtu ?? DEFAULT_MTU,
    interfaces: [interfaceAt(0), interfaceAt(1)],
  }
}

function parseInterface(
  host: string,
  address: string | undefined,
  mac: string | undefined,
  name: string | undefined,
): InterfaceDeclaration {
  const object = `host ${host}`
  let read: GivenAddress | undefined
  if (address !== undefined) read = parseAddress(address, OPERATION, object)
  if (name !== undefined) validateInterfaceName(name, OPERATION, object)
  return {
    ...(read === undefined ? {} : { address: formatIpv4(read.address) }),
    ...(read?.prefix === undefined ? {} : { prefix: read.prefix }),
    ...(mac === undefined ? {} : { mac: parseMac(mac, OPERATION, object) }),
    ...(name === undefined ? {} : { name }),
  }
}

/** Hands a value to the ends that it is for; refuses one that leaves it open or cannot be. */
function perEnd(
  ends: readonly [EndDeclaration, EndDeclaration],
  option: 'address' | 'mac' | 'name',
  value: PerEnd<string> | undefined,
  label: string,
): readonly [string | undefined, string | undefined] {
  if (value === undefined) return [undefined, undefined]
  const refuse = (problem: string, hint?: string) =>
    new NetrigError('INVALID_OPTION', `${OPERATION}: ${problem}.`, {
      operation: OPERATION,
      object: option,
      hint,
    })
  const hosts = ends.filter((end) => end.kind === 'host')
  if (hosts.length === 0) {
    throw refuse(`link ${label} joins switches, which have no ${option} of their own`)
  }
  if (Array.isArray(value)) {
    const [first, second] = value as readonly [string | undefined, string | undefined]
    if (value.length !== 2) {
      throw refuse(`${option} of link ${label} has ${value.length} entries, and a link has 2 ends`)
    }
    for (const [at, entry] of [first, second].entries()) {
      const end = ends[at]!
      if (entry === undefined || end.kind === 'host') continue
      throw refuse(`${option} is given for switch ${end.switch}, which has none of its own`)
    }
    return [first, second]
  }
  const text = value as string
  if (hosts.length === 1) return ends[0].kind === 'host' ? [text, undefined] : [undefined, text]
  throw refuse(
    `${option} '${String(text)}' could be for either end of link ${label}`,
    `write a list in the order of the ends: { ${option}: ['${String(text)}', undefined] } gives it to ${endName(ends[0])}`,
  )
}
