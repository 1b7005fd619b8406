import { NetrigError } from '../../base/errors.js'
import { checkInside, type GivenAddress } from './address.js'
import { formatIpv4, readIpv4, type Subnet, usable } from './ipv4.js'
import { address6, type SitePrefix } from './ipv6.js'
import { macOf } from './mac.js'
import { type Draft, segmentLabel } from './segments.js'
import type { AddressPlan, InterfacePlan, LabPlan, LinkDeclaration } from './types.js'

const OPERATION = 'lab.start'

/** A segment of which the subnet is settled. */
export interface Segment {
  readonly id: number
  readonly draft: Draft
  readonly subnet: Subnet
}

interface Allocation {
  readonly segment: Segment
  /** Addresses in use on the segment, and by whom. */
  readonly holders: Map<number, string>
  readonly macs: Map<string, string>
  /** No address before this one is free. */
  next: number
}

/**
 * Gives each interface what it needs: name, number, MAC address, addresses. Those of the plan
 * before stay as they are and come first.
 *
 * @throws NetrigError INVALID_ADDRESS, ADDRESS_TAKEN, DUPLICATE_NAME
 */
export function planInterfaces(
  segments: readonly Segment[],
  links: readonly LinkDeclaration[],
  previous: LabPlan | undefined,
  site: SitePrefix | undefined,
): InterfacePlan[] {
  const allocationOf = new Map<number, Allocation>()
  for (const segment of segments) {
    const next = usable(segment.subnet).first
    const allocation = { segment, holders: new Map(), macs: new Map(), next }
    for (const link of segment.draft.links) allocationOf.set(link.id, allocation)
  }
  const interfaces = [...(previous?.interfaces ?? [])]
  const namesOf = new Map<string, Set<string>>()
  for (const { host, name, link, addresses, mac } of interfaces) {
    const allocation = allocationOf.get(link)!
    allocation.holders.set(readIpv4(addresses[0].address)!.address, host)
    allocation.macs.set(mac, host)
    claimName(namesOf, host, name)
  }
  const fresh = links.slice(previous?.links.length ?? 0)
  const givenMacs = new Set<string>()
  for (const { given } of hostEnds(links)) if (given.mac !== undefined) givenMacs.add(given.mac)
  // What is given is claimed first, so that nothing chosen for an earlier link takes it away.
  for (const { link, host, given } of hostEnds(fresh)) {
    const allocation = allocationOf.get(link.id)!
    if (given.address !== undefined) claimAddress(allocation, host, given.address, given.prefix)
    if (given.mac !== undefined) claimMac(allocation, host, given.mac)
    if (given.name !== undefined) claimName(namesOf, host, given.name)
  }
  const countOf = new Map<string, number>()
  const nextOf = new Map<string, number>()
  for (const { host } of interfaces) countOf.set(host, (countOf.get(host) ?? 0) + 1)
  for (const { link, end, host, given } of hostEnds(fresh)) {
    const allocation = allocationOf.get(link.id)!
    const { id, subnet } = allocation.segment
    const address =
      given.address === undefined
        ? chooseAddress(allocation, host)
        : readIpv4(given.address)!.address
    const ipv4: AddressPlan = {
      family: 4,
      address: formatIpv4(address),
      prefix: subnet.prefix,
    }
    const count = countOf.get(host) ?? 0
    countOf.set(host, count + 1)
    interfaces.push({
      host,
      link: link.id,
      end,
      segment: id,
      name: given.name ?? chooseName(namesOf, nextOf, host),
      index: 2 + count,
      mac: given.mac ?? macOf(interfaces.length, givenMacs),
      mtu: link.mtu,
      addresses:
        site === undefined
          ? [ipv4]
          : [ipv4, { family: 6, address: address6(site, id, address, subnet), prefix: 64 }],
    })
  }
  return interfaces
}

function* hostEnds(links: readonly LinkDeclaration[]) {
  for (const link of links) {
    for (const end of [0, 1] as const) {
      const declared = link.ends[end]
      if (declared.kind === 'switch') continue
      yield { link, end, host: declared.host, given: link.interfaces[end] ?? {} }
    }
  }
}

function claimAddress(
  { segment, holders }: Allocation,
  host: string,
  text: string,
  prefix: number | undefined,
): void {
  const object = `host ${host}`
  const { address } = readIpv4(text)!
  const given: GivenAddress = prefix === undefined ? { address } : { address, prefix }
  checkInside(given, segment.subnet, OPERATION, object, segmentLabel(segment.draft))
  const holder = holders.get(address)
  if (holder !== undefined) {
    throw new NetrigError(
      'ADDRESS_TAKEN',
      `${OPERATION}: address ${text} of ${object} is host ${holder}'s already, by the lab's choice at an earlier start: write another one.`,
      {
        operation: OPERATION,
        object,
        hint: 'give addresses before the lab starts, or high ones: the lab counts up from the first',
      },
    )
  }
  holders.set(address, host)
}

function claimMac({ segment, macs }: Allocation, host: string, mac: string): void {
  const holder = macs.get(mac)
  if (holder !== undefined) {
    throw new NetrigError(
      'ADDRESS_TAKEN',
      `${OPERATION}: mac ${mac} of host ${host} is host ${holder}'s already on ${segmentLabel(segment.draft)}: write another one.`,
      { operation: OPERATION, object: `host ${host}` },
    )
  }
  macs.set(mac, host)
}

/** There is one: full subnets were refused before. */
function chooseAddress(allocation: Allocation, host: string): number {
  while (allocation.holders.has(allocation.next)) allocation.next++
  allocation.holders.set(allocation.next, host)
  return allocation.next++
}

function claimName(namesOf: Map<string, Set<string>>, host: string, name: string): void {
  const names = namesOf.get(host)
  if (names === undefined) {
    namesOf.set(host, new Set([name]))
    return
  }
  if (names.has(name)) {
    throw new NetrigError(
      'DUPLICATE_NAME',
      `${OPERATION}: host ${host} has an interface '${name}' already, by the lab's choice at an earlier start: write another name.`,
      { operation: OPERATION, object: `host ${host}` },
    )
  }
  names.add(name)
}

function chooseName(
  namesOf: Map<string, Set<string>>,
  nextOf: Map<string, number>,
  host: string,
): string {
  const names = namesOf.get(host)
  // Counted on and not from zero each time: a router may have a thousand interfaces.
  let number = nextOf.get(host) ?? 0
  while (names?.has(`eth${number}`)) number++
  nextOf.set(host, number + 1)
  claimName(namesOf, host, `eth${number}`)
  return `eth${number}`
}
