import { endName } from './label.js'
import { DEFAULT_MTU } from './mtu.js'
import type { InterfacePlan, LabPlan, LinkDeclaration, SegmentPlan } from './types.js'

/** What is to be said beside the plain topology. */
export interface DiagramNotes {
  /** By link id, e.g. `delay 20ms, loss 1%` or `down`. */
  readonly links?: ReadonlyMap<number, string> | undefined
  /** By name of a host, router or switch, e.g. `crashed`. */
  readonly hosts?: ReadonlyMap<string, string> | undefined
  /** How many links without a note are drawn at each switch, 12 unless given. */
  readonly most?: number | undefined
}

/** One line: columns that are aligned with those of the lines around it. */
type Row = readonly string[]

/**
 * Draws a lab as plain text, for the output of failed tests: a tree per segment of switches, then
 * the direct links, then hosts that have none. Whatever has a note is drawn; of the rest, large
 * labs show the first few.
 *
 * @example
 * switch lan  10.0.0.0/24
 * ├─ a           eth0  10.0.0.1
 * ├─ b           eth0  10.0.0.2  crashed
 * └─ r (router)  eth0  10.0.0.3  delay 20ms
 */
export function diagram(plan: LabPlan, notes: DiagramNotes = {}): string {
  const drawing = new Drawing(plan, notes)
  const trees = plan.segments.filter(({ switches }) => switches.length > 0)
  const linked = new Set(plan.interfaces.map(({ host }) => host))
  const alone = plan.hosts.filter(({ name }) => !linked.has(name))
  const blocks = [
    ...trees.map((segment) => drawing.tree(segment)),
    drawing.directLinks(),
    alone.length === 0 ? '' : `without links\n${drawing.list(alone.map(({ name }) => name))}`,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

class Drawing {
  readonly #plan: LabPlan
  readonly #notes: DiagramNotes
  readonly #most: number
  readonly #routers: ReadonlySet<string>
  readonly #linksOf = new Map<string, LinkDeclaration[]>()
  readonly #ports = new Map<string, InterfacePlan>()

  constructor(plan: LabPlan, notes: DiagramNotes) {
    this.#plan = plan
    this.#notes = notes
    this.#most = notes.most ?? 12
    this.#routers = new Set(
      plan.hosts.filter(({ kind }) => kind === 'router').map(({ name }) => name),
    )
    for (const port of plan.interfaces) this.#ports.set(`${port.link}:${port.end}`, port)
    for (const { name } of plan.switches) this.#linksOf.set(name, [])
    for (const link of plan.links) {
      for (const end of link.ends) {
        if (end.kind === 'switch') this.#linksOf.get(end.switch)!.push(link)
      }
    }
  }

  tree(segment: SegmentPlan): string {
    const root = segment.switches[0]!
    const rows: Row[] = []
    this.#branch(root, undefined, '', rows)
    const subnets = [segment.subnet, segment.subnet6].filter((subnet) => subnet !== undefined)
    const note = this.#hostNote(root)
    return [
      `switch ${root}  ${subnets.join('  ')}${note === '' ? '' : `  ${note}`}`,
      ...align(rows),
    ].join('\n')
  }

  /** What hangs from a switch, but for the link that leads to it. */
  #branch(from: string, by: LinkDeclaration | undefined, indent: string, rows: Row[]): void {
    const links = this.#linksOf.get(from)!.filter((link) => link !== by)
    const { shown, hidden } = this.#choose(links)
    for (const [at, link] of shown.entries()) {
      const last = at === shown.length - 1 && hidden === 0
      const branch = `${indent}${last ? '└─ ' : '├─ '}`
      const far = link.ends[0].kind === 'switch' && link.ends[0].switch === from ? 1 : 0
      const end = link.ends[far]
      const note = this.#note(link, endName(end))
      const port = this.#ports.get(`${link.id}:${far}`)
      if (port !== undefined) {
        rows.push([`${branch}${this.#title(port.host)}`, port.name, addresses(port), note])
        continue
      }
      rows.push([`${branch}switch ${endName(end)}`, '', '', note])
      this.#branch(endName(end), link, `${indent}${last ? '   ' : '│  '}`, rows)
    }
    if (hidden > 0) rows.push([`${indent}└─ ... and ${hidden} more`])
  }

  directLinks(): string {
    const links = this.#plan.links.filter(({ ends }) => ends.every(({ kind }) => kind === 'host'))
    const { shown, hidden } = this.#choose(links)
    if (shown.length === 0) return ''
    const rows = shown.map((link): Row => {
      const [a, b] = [this.#ports.get(`${link.id}:0`)!, this.#ports.get(`${link.id}:1`)!]
      const names = [a, b].map(({ host }) => this.#hostNote(host, `${host} `))
      const note = [...names, this.#linkNote(link)].filter((part) => part !== '').join(', ')
      return [
        `   ${this.#title(a.host)}`,
        a.name,
        `${addresses(a)}`,
        '──',
        addresses(b),
        b.name,
        this.#title(b.host),
        note,
      ]
    })
    const more = hidden === 0 ? [] : [`   ... and ${hidden} more`]
    return ['direct links', ...align(rows), ...more].join('\n')
  }

  /** Names in a line, those with a note always. */
  list(names: readonly string[]): string {
    const noted = names.filter((name) => this.#hostNote(name) !== '')
    const plain = names.filter((name) => this.#hostNote(name) === '')
    const shown = [
      ...noted.map((name) => `${this.#title(name)} ${this.#hostNote(name)}`),
      ...plain.slice(0, this.#most).map((name) => this.#title(name)),
    ]
    const hidden = names.length - shown.length
    return `   ${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
  }

  /** The links to draw: all ways to other switches, all with a note, and the first few others. */
  #choose(links: readonly LinkDeclaration[]): { shown: LinkDeclaration[]; hidden: number } {
    let plain = 0
    const shown = links.filter((link) => {
      const joins = link.ends.every(({ kind }) => kind === 'switch')
      const noted = link.ends.some((end) => this.#hostNote(endName(end)) !== '')
      if (joins || noted || this.#notes.links?.has(link.id)) return true
      plain++
      return plain <= this.#most
    })
    return { shown, hidden: links.length - shown.length }
  }

  #title(host: string): string {
    return this.#routers.has(host) ? `${host} (router)` : host
  }

  #note(link: LinkDeclaration, name: string): string {
    return [this.#hostNote(name), this.#linkNote(link)].filter((part) => part !== '').join(', ')
  }

  #linkNote(link: LinkDeclaration): string {
    const note = this.#notes.links?.get(link.id) ?? ''
    const mtu = link.mtu === DEFAULT_MTU ? '' : `mtu ${link.mtu}`
    return [note, mtu].filter((part) => part !== '').join(', ')
  }

  #hostNote(name: string, prefix = ''): string {
    const note = this.#notes.hosts?.get(name)
    return note === undefined || note === '' ? '' : `${prefix}${note}`
  }
}

function addresses(port: InterfacePlan): string {
  return port.addresses.map(({ address }) => address).join(' ')
}

function align(rows: readonly Row[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    // A line of one cell ("... and 988 more") does not push the columns apart.
    if (row.length === 1) continue
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  }
  return rows.map((row) => {
    const filled = row.flatMap((cell, at) =>
      widths[at] === 0 ? [] : [cell.padEnd(widths[at] ?? 0)],
    )
    return filled.join('  ').trimEnd()
  })
}
