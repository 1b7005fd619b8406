import { NetrigError } from '../../base/errors.js'
import { checkOptions, nearest } from '../../base/suggest.js'
import { checkInside, type GivenAddress } from './address.js'
import { Domains } from './domains.js'
import { formatSubnet, overlap, parseSubnet, readIpv4, type Subnet } from './ipv4.js'
import { endName, linkLabel } from './label.js'
import { type LinkPlaceOptions, parseLinkOptions } from './link-options.js'
import { validateName } from './name.js'
import type {
  EndDeclaration,
  HostDeclaration,
  LinkDeclaration,
  SwitchDeclaration,
  Topology,
} from './types.js'

/**
 * BR_MAX_PORTS is 1 << BR_PORT_BITS (10) in the kernel's net/bridge/br_private.h, and port number
 * zero is never given out (find_portno in br_if.c): the 1024th port is refused with EXFULL.
 */
export const MAX_PORTS = 1023

/** What a test may say about a switch. */
export interface SwitchOptions {
  /** The IPv4 network of the hosts on it, e.g. `'10.0.0.0/24'`; chosen by the lab otherwise. */
  readonly subnet?: string | undefined
}

/**
 * What a lab's test has declared so far. Each declaration is checked against those before it and
 * changes nothing when it is refused; what only the whole topology can tell, {@link plan} checks.
 */
export class Declarations implements Topology {
  readonly hosts: HostDeclaration[] = []
  readonly switches: SwitchDeclaration[] = []
  readonly links: LinkDeclaration[] = []
  readonly #ipv6: boolean
  readonly #kinds = new Map<string, 'host' | 'router' | 'switch'>()
  readonly #switch = new Map<string, SwitchDeclaration>()
  readonly #ports = new Map<string, number>()
  readonly #domains = new Domains()
  /** Subnets given for something that keeps them for itself, and whose they are. */
  readonly #subnets = new Map<string, { subnet: Subnet; owner: string; direct: boolean }>()
  readonly #addresses = new Map<string, string>()
  readonly #interfaceNames = new Map<string, Set<string>>()
  #order = 0

  constructor(options: { readonly ipv6?: boolean | undefined } = {}) {
    this.#ipv6 = options.ipv6 ?? false
  }

  /**
   * Declares a host or a router.
   *
   * @throws NetrigError INVALID_NAME, DUPLICATE_NAME
   */
  addHost(name: string, kind: 'host' | 'router' = 'host'): HostDeclaration {
    this.#claim(name, kind)
    const host: HostDeclaration = { name, kind }
    this.hosts.push(host)
    return host
  }

  /**
   * Declares a switch.
   *
   * @throws NetrigError INVALID_NAME, DUPLICATE_NAME, INVALID_OPTION, INVALID_ADDRESS, SUBNET_OVERLAP
   */
  addSwitch(name: string, options?: SwitchOptions): SwitchDeclaration {
    const operation = 'lab.switch'
    checkOptions(options, ['subnet'], operation)
    this.#checkName(name, operation)
    const owner = `switch ${name}`
    const subnet =
      options?.subnet === undefined ? undefined : parseSubnet(options.subnet, operation, owner)
    if (subnet !== undefined) this.#giveSubnet(subnet, owner, false, operation)
    this.#claim(name, 'switch')
    const declared: SwitchDeclaration = {
      name,
      order: this.#order++,
      ...(subnet === undefined ? {} : { subnet: formatSubnet(subnet) }),
    }
    this.switches.push(declared)
    this.#switch.set(name, declared)
    return declared
  }

  /**
   * Declares a link.
   *
   * @param alsoKnown options of the same object that others read (delay, loss, ...)
   * @throws NetrigError SELF_LINK, SWITCH_LOOP, TOO_MANY_PORTS, INVALID_OPTION, INVALID_NAME,
   *   DUPLICATE_NAME, INVALID_ADDRESS, ADDRESS_TAKEN, SUBNET_OVERLAP
   */
  addLink(
    ends: readonly [EndDeclaration, EndDeclaration],
    options?: LinkPlaceOptions,
    alsoKnown: readonly string[] = [],
  ): LinkDeclaration {
    for (const end of ends) this.#checkKnown(end)
    this.#checkSelf(ends)
    const parsed = parseLinkOptions(ends, options, alsoKnown, this.#ipv6)
    const link: LinkDeclaration = { id: this.links.length, order: this.#order, ends, ...parsed }
    this.#checkPorts(ends)
    this.#checkInterfaces(link)
    const direct = ends.every((end) => end.kind === 'host')
    if (link.subnet !== undefined && direct) {
      const subnet = parseSubnet(link.subnet, 'lab.link', `link ${linkLabel(link)}`)
      this.#giveSubnet(subnet, `link ${linkLabel(link)}`, true, 'lab.link')
    }
    this.#joinSwitches(link)
    for (const [at, given] of link.interfaces.entries()) {
      const end = ends[at]!
      if (end.kind === 'switch') {
        this.#ports.set(end.switch, (this.#ports.get(end.switch) ?? 0) + 1)
        continue
      }
      if (given?.address !== undefined) this.#addresses.set(given.address, end.host)
      if (given?.name !== undefined) {
        const names = this.#interfaceNames.get(end.host)
        if (names === undefined) this.#interfaceNames.set(end.host, new Set([given.name]))
        else names.add(given.name)
      }
    }
    this.#order++
    this.links.push(link)
    return link
  }

  #claim(name: string, kind: 'host' | 'router' | 'switch'): void {
    this.#checkName(name, `lab.${kind}`)
    this.#kinds.set(name, kind)
  }

  #checkName(name: string, operation: string): void {
    validateName(name, operation)
    const kind = this.#kinds.get(name)
    if (kind === undefined) return
    throw new NetrigError('DUPLICATE_NAME', `${operation}: there is a ${kind} '${name}' already.`, {
      operation,
      object: name,
      hint: 'hosts, routers and switches of a lab share their names: write another one',
    })
  }

  #checkKnown(end: EndDeclaration): void {
    const name = endName(end)
    const kind = this.#kinds.get(name)
    if (kind !== undefined && (kind === 'switch') === (end.kind === 'switch')) return
    const meant = nearest(name, this.#kinds.keys())
    throw new NetrigError(
      'FOREIGN_HOST',
      `lab.link: there is no ${end.kind} '${name}' in this lab.`,
      {
        operation: 'lab.link',
        object: name,
        hint: meant === undefined ? 'declare it first' : `did you mean '${meant}'?`,
      },
    )
  }

  #checkSelf([a, b]: readonly [EndDeclaration, EndDeclaration]): void {
    if (endName(a) !== endName(b)) return
    throw new NetrigError(
      'SELF_LINK',
      `lab.link: both ends of the link are ${a.kind} '${endName(a)}': a link joins two different hosts, routers or switches.`,
      {
        operation: 'lab.link',
        object: endName(a),
        ...(a.kind === 'host' ? { hint: 'a host reaches itself by its loopback device' } : {}),
      },
    )
  }

  #checkPorts(ends: readonly [EndDeclaration, EndDeclaration]): void {
    for (const end of ends) {
      if (end.kind === 'host' || (this.#ports.get(end.switch) ?? 0) < MAX_PORTS) continue
      throw new NetrigError(
        'TOO_MANY_PORTS',
        `lab.link: switch ${end.switch} has ${MAX_PORTS} links, and the kernel's bridge has no more ports (BR_MAX_PORTS is 1024, and port 0 is not used).`,
        {
          operation: 'lab.link',
          object: end.switch,
          hint: `join a second switch to ${end.switch} and put the other hosts there: they share its subnet`,
        },
      )
    }
  }

  #checkInterfaces(link: LinkDeclaration): void {
    for (const [at, given] of link.interfaces.entries()) {
      const end = link.ends[at]!
      if (end.kind === 'switch' || given === undefined) continue
      const object = `host ${end.host}`
      if (given.name !== undefined && this.#interfaceNames.get(end.host)?.has(given.name)) {
        throw new NetrigError(
          'DUPLICATE_NAME',
          `lab.link: ${object} has an interface '${given.name}' already: write another name.`,
          { operation: 'lab.link', object },
        )
      }
      if (given.address === undefined) continue
      const holder =
        this.#addresses.get(given.address) ??
        (at === 1 && link.interfaces[0]?.address === given.address
          ? endName(link.ends[0])
          : undefined)
      if (holder !== undefined) {
        throw new NetrigError(
          'ADDRESS_TAKEN',
          `lab.link: address ${given.address} of ${object} is host ${holder}'s already: write another one.`,
          { operation: 'lab.link', object },
        )
      }
      const other = link.ends[1 - at]!
      const onSwitch = other.kind === 'switch' ? this.#switch.get(other.switch) : undefined
      const text = link.subnet ?? onSwitch?.subnet
      if (text === undefined) continue
      const owner =
        link.subnet === undefined ? `switch ${onSwitch?.name}` : `link ${linkLabel(link)}`
      const read: GivenAddress = {
        ...readIpv4(given.address)!,
        ...(given.prefix === undefined ? {} : { prefix: given.prefix }),
      }
      checkInside(read, parseSubnet(text, 'lab.link', owner), 'lab.link', object, owner)
    }
  }

  /** Two switches may be given the same subnet, since a link may make them one segment. */
  #giveSubnet(subnet: Subnet, owner: string, direct: boolean, operation: string): void {
    const text = formatSubnet(subnet)
    for (const other of this.#subnets.values()) {
      if (!overlap(subnet, other.subnet)) continue
      if (!direct && !other.direct && formatSubnet(other.subnet) === text) return
      throw new NetrigError(
        'SUBNET_OVERLAP',
        `${operation}: subnet ${text} of ${owner} overlaps ${formatSubnet(other.subnet)} of ${other.owner}: write one apart from it.`,
        { operation, object: owner, hint: 'or leave it out, and the lab chooses a free one' },
      )
    }
    this.#subnets.set(text, { subnet, owner, direct })
  }

  #joinSwitches({ ends: [a, b] }: LinkDeclaration): void {
    if (a.kind !== 'switch' || b.kind !== 'switch') return
    if (this.#domains.join(a.switch, b.switch)) return
    throw new NetrigError(
      'SWITCH_LOOP',
      `lab.link: switches ${a.switch} and ${b.switch} are joined already, and a second way between them is a loop: netrig's switches do not run the spanning tree protocol, so one broadcast would circle for ever.`,
      {
        operation: 'lab.link',
        object: `${a.switch}-${b.switch}`,
        hint: 'put a router into the second way, or leave it out',
      },
    )
  }
}
