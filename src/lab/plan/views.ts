import type { HostDeclaration, InterfacePlan, LabPlan, NamesView } from './types.js'

interface Views {
  readonly views: NamesView[]
  readonly viewOf: Map<string, number>
}

/**
 * Makes the contents of /etc/hosts. A name has one address in a view: where the named host shares
 * a segment with the asker, its first address there, otherwise its first of all. A host shares its
 * own segments, so it sees itself at its first address. Names go to addresses on the wire, never
 * to 127.0.0.1: a program that listens on its own name must be reached by others.
 *
 * Only hosts on several segments look different from different places, so one common text is made
 * and each view replaces the few lines that differ in it.
 */
export function planViews(
  hosts: readonly HostDeclaration[],
  interfaces: readonly InterfacePlan[],
  ipv6: boolean,
  previous: LabPlan | undefined,
): Views {
  const interfacesOf = new Map<string, InterfacePlan[]>()
  for (const port of interfaces) {
    const own = interfacesOf.get(port.host)
    if (own === undefined) interfacesOf.set(port.host, [port])
    else own.push(port)
  }
  const common = new CommonText(hosts, interfacesOf, ipv6)
  const seenFrom = new Map<string, string>()
  const groups = new Map<string, string[]>()
  for (const { name } of hosts) {
    const segments = new Set(interfacesOf.get(name)?.map(({ segment }) => segment))
    const place = [...segments].sort((a, b) => a - b).join()
    let moves = seenFrom.get(place)
    if (moves === undefined) {
      moves = common.movesFrom(segments)
      seenFrom.set(place, moves)
    }
    const group = groups.get(moves)
    if (group === undefined) groups.set(moves, [name])
    else group.push(name)
  }
  const contents = [...groups].map(([moves, members]): Group => [common.after(moves), members])
  return number(contents, previous)
}

class CommonText {
  readonly #text: string
  readonly #lines: Line[] = []
  /** Per segment the lines of hosts that are on others too, and which is their first interface there. */
  readonly #movable = new Map<number, Map<Line, number>>()

  constructor(
    hosts: readonly HostDeclaration[],
    interfacesOf: ReadonlyMap<string, readonly InterfacePlan[]>,
    ipv6: boolean,
  ) {
    // Without IPv6 in the lab a ::1 for localhost would only make programs try it and fail.
    let text = '127.0.0.1 localhost\n'
    if (ipv6) text += '::1 localhost ip6-localhost ip6-loopback\n'
    for (const { name } of hosts) {
      const own = interfacesOf.get(name)
      if (own === undefined) continue
      const from = text.length
      text += lineOf(own[0]!)
      const first = new Map<number, number>()
      for (const [at, { segment }] of own.entries()) if (!first.has(segment)) first.set(segment, at)
      if (first.size === 1) continue
      const line = { number: this.#lines.length, from, to: text.length, interfaces: own }
      this.#lines.push(line)
      for (const [segment, at] of first) {
        const lines = this.#movable.get(segment)
        if (lines === undefined) this.#movable.set(segment, new Map([[line, at]]))
        else lines.set(line, at)
      }
    }
    this.#text = text
  }

  /** Which lines differ for a host on these segments: the number of the line and of the interface. */
  movesFrom(segments: ReadonlySet<number>): string {
    const near = new Map<Line, number>()
    for (const segment of segments) {
      for (const [line, at] of this.#movable.get(segment) ?? []) {
        near.set(line, Math.min(at, near.get(line) ?? at))
      }
    }
    return [...near]
      .filter(([, at]) => at > 0)
      .sort(([a], [b]) => a.from - b.from)
      .map(([line, at]) => `${line.number}:${at}`)
      .join()
  }

  /** The text with those lines replaced. */
  after(moves: string): string {
    let content = ''
    let done = 0
    for (const move of moves === '' ? [] : moves.split(',')) {
      const [number, at] = move.split(':').map(Number) as [number, number]
      const line = this.#lines[number]!
      content += this.#text.slice(done, line.from) + lineOf(line.interfaces[at]!)
      done = line.to
    }
    return content + this.#text.slice(done)
  }
}

/** A content, and the hosts that see it. */
type Group = readonly [content: string, members: readonly string[]]

interface Line {
  readonly number: number
  readonly from: number
  readonly to: number
  readonly interfaces: readonly InterfacePlan[]
}

function lineOf(port: InterfacePlan): string {
  return port.addresses.map(({ address }) => `${address} ${port.host}\n`).join('')
}

/**
 * Numbers the views. A group keeps the number that most of its hosts had, so that a file already
 * mounted in running hosts is rewritten and few hosts have to be given another one.
 */
function number(groups: readonly Group[], previous: LabPlan | undefined): Views {
  const wishes: { group: number; id: number; hosts: number }[] = []
  for (const [group, [, members]] of groups.entries()) {
    const had = new Map<number, number>()
    for (const name of members) {
      const id = previous?.viewOf.get(name)
      if (id !== undefined) had.set(id, (had.get(id) ?? 0) + 1)
    }
    for (const [id, hosts] of had) wishes.push({ group, id, hosts })
  }
  const idOf = new Map<number, number>()
  const given = new Set<number>()
  for (const { group, id } of wishes.sort((a, b) => b.hosts - a.hosts)) {
    if (idOf.has(group) || given.has(id)) continue
    idOf.set(group, id)
    given.add(id)
  }
  let next = 1 + (previous?.views.reduce((most, { id }) => Math.max(most, id), -1) ?? -1)
  const views: NamesView[] = []
  const viewOf = new Map<string, number>()
  for (const [group, [content, members]] of groups.entries()) {
    const id = idOf.get(group) ?? next++
    views.push({ id, content })
    for (const name of members) viewOf.set(name, id)
  }
  return { views: views.sort((a, b) => a.id - b.id), viewOf }
}
