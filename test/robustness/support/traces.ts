import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseMountInfo } from '../../../src/kernel/cgroup/mounts.js'
import {
  commandLine,
  descendants,
  namespacesHeld,
  namespacesOf,
  type Process,
  processes,
  processOf,
} from './processes.js'

/** Milliseconds. */
const RECENT = 300

const own = new Set(namespacesOf(process.pid))

/** Folders of control groups by the id of their lab, in every hierarchy of the machine. */
function labGroups(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const points = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')).filter(({ type }) =>
    type.startsWith('cgroup'),
  )
  const walk = (folder: string, depth: number) => {
    let names: string[] = []
    try {
      names = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    } catch {
      return
    }
    for (const name of names) {
      const path = `${folder}/${name}`
      const id = /^netrig-([0-9a-f]{10})$/.exec(name)?.[1]
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), path])
      else if (depth < 4 && !name.startsWith('netrig-test-')) walk(path, depth + 1)
    }
  }
  for (const { point } of points) walk(point, 0)
  return found
}

/** Interfaces of the machine's own network. */
const devices = () => readdirSync('/sys/class/net').sort().join(' ')
/** Mounts of the machine, as this process sees them. */
const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8')
const sockets = () =>
  [...readFileSync('/proc/net/unix', 'utf8').matchAll(/@netrig\/\d+\/(\d+)\/([0-9a-f]+)/g)].map(
    ([name, runner, id]) => ({ name, runner: Number(runner), id: id! }),
  )

/**
 * Collects everything by which the labs of one runner could be known, while it lives, and tells what of it
 * is still there when it is gone. Labs of others, who use this machine too, are left out.
 */
export class Traces {
  readonly #runner: number
  readonly #processes = new Map<number, Process>()
  /** When each was last seen. */
  readonly #namespaces = new Map<string, number>()
  readonly #labs = new Set<string>()
  readonly #groupsBefore = new Set(labGroups().keys())
  readonly #devices = devices()
  readonly #mounts = mounts()
  #ended = Number.POSITIVE_INFINITY

  constructor(runner: number) {
    this.#runner = runner
  }

  /** A lab of the runner's that it told of. */
  note(lab: string): void {
    this.#labs.add(lab)
  }

  get labs(): ReadonlySet<string> {
    return this.#labs
  }

  get namespaces(): number {
    return this.#namespaces.size
  }

  /** Takes note of what is there now. */
  look(): void {
    // The number of one that went a while ago may be somebody else's; its processes are known anyhow.
    for (const [space, time] of this.#namespaces) {
      if (performance.now() - time > RECENT) this.#namespaces.delete(space)
    }
    for (const one of this.#inside()) {
      this.#processes.set(one.pid, one)
      for (const space of [...namespacesOf(one.pid), ...namespacesHeld(one.pid)]) {
        if (!own.has(space)) this.#namespaces.set(space, performance.now())
      }
      const id = /netrig\/\d+\/\d+\/([0-9a-f]{10})/.exec(commandLine(one.pid))?.[1]
      if (id !== undefined) this.#labs.add(id)
    }
    for (const { runner, id } of sockets()) if (runner === this.#runner) this.#labs.add(id)
  }

  /** The supervisors of the runner's labs that are alive. */
  supervisors(): number[] {
    return this.#inside()
      .filter(({ name }) => name === 'netrig-lab')
      .map(({ pid }) => pid)
  }

  /** From now on nothing that begins is the runner's. */
  end(): void {
    this.#ended = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0])
  }

  /**
   * Numbers of namespaces are used again at once: processes of other runners' labs, and those that began when
   * this runner was gone, may be in one that has a number of ours.
   */
  #strangers(all: readonly Process[]): Set<number> {
    const strangers = new Set<number>()
    for (const one of all) {
      // Ticks of 1/100 s (sysconf(_SC_CLK_TCK), the same on every Linux of these days).
      if (one.start / 100 > this.#ended + 0.02) strangers.add(one.pid)
      const runner = /netrig\/\d+\/(\d+)\//.exec(commandLine(one.pid))?.[1]
      if (runner === undefined || Number(runner) === this.#runner) continue
      for (const { pid } of [one, ...descendants(one.pid, all)]) strangers.add(pid)
    }
    return strangers
  }

  /** Processes of the runner's labs: its descendants, and those that carry its number in their command line. */
  #inside(): Process[] {
    const all = processes()
    const named = all.filter(({ pid }) =>
      commandLine(pid).includes(` netrig/${process.geteuid?.()}/${this.#runner}/`),
    )
    const found = new Map<number, Process>()
    for (const root of [this.#runner, ...named.map(({ pid }) => pid)]) {
      for (const one of descendants(root, all)) found.set(one.pid, one)
    }
    for (const one of named) found.set(one.pid, one)
    return [...found.values()]
  }

  /**
   * What is left, a line each; empty when all is gone.
   *
   * @param dead the runner is gone: then groups of which nobody knows are its, too
   */
  left(dead = true): string[] {
    const left: string[] = []
    const all = processes()
    const inside = new Map(this.#inside().map((one) => [one.pid, one]))
    for (const old of this.#processes.values()) {
      const now = processOf(old.pid)
      if (now?.start === old.start) inside.set(now.pid, now)
    }
    const strangers = this.#strangers(all)
    for (const one of all) {
      if (strangers.has(one.pid)) continue
      // A zombie that was handed to the machine's init waits for that one alone.
      if (one.state === 'Z' && !inside.has(one.parent)) continue
      const spaces = [...namespacesOf(one.pid), ...namespacesHeld(one.pid)]
      const held = spaces.filter((space) => this.#namespaces.has(space))
      if (held.length > 0) left.push(`process ${text(one)} is in ${held.join(' ')}`)
      else if (inside.has(one.pid)) left.push(`process ${text(one)}`)
    }
    for (const { name, runner } of sockets()) {
      if (runner === this.#runner) left.push(`socket ${name}`)
    }
    const living = new Set(sockets().map(({ id }) => id))
    for (const [id, folders] of labGroups()) {
      const unknown = dead && !this.#groupsBefore.has(id) && !living.has(id)
      if (!this.#labs.has(id) && !unknown) continue
      left.push(...folders.filter((folder) => existsSync(folder)))
    }
    if (devices() !== this.#devices) left.push(`interfaces: ${devices()} (were ${this.#devices})`)
    for (const line of mounts().split('\n')) {
      if (!this.#mounts.includes(line)) left.push(`mount ${line}`)
    }
    return left
  }
}

function text({ pid, name, state }: Process): string {
  return `${pid} ${name} (${state}) ${commandLine(pid).slice(0, 100)}`
}

/** How the remains of a runner went. */
export interface Cleaning {
  /** Milliseconds until nothing was left, as far as was waited. */
  readonly time: number
  /** What was left at the end of the wait; empty when all went. */
  readonly left: string[]
  /** What went last. */
  readonly last: string[]
}

/** Polls until nothing is left, for `limit` ms at most, counted from `begin`; `dead` as in {@link Traces.left}. */
export async function cleaning(
  traces: Traces,
  begin: number,
  limit: number,
  dead = true,
): Promise<Cleaning> {
  let last: string[] = []
  for (;;) {
    // Before the look: what it finds gone was gone when it began.
    const time = performance.now() - begin
    const left = traces.left(dead)
    if (left.length === 0 || time > limit) return { time, left, last }
    last = left
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
