// The lab of the demo: three nodes of the store and two people who use it, all on one switch.
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createLab, tcp } from 'netrig'
import { PORT } from './talk.mjs'

const here = (file) => fileURLToPath(new URL(file, import.meta.url))
const NODES = ['n1', 'n2', 'n3']
// Far beyond what anything takes, so that a busy machine is slow here, and not wrong.
const WAIT = 20_000

export class Cluster {
  /** What each node said last of itself: `{ role, leader, term, data }`. */
  beliefs = new Map()
  /** The same, each with node and time, from the beginning. */
  record = []
  /** What clients asked, and what they were told. */
  history = []
  healed = false
  #waiting = new Set()
  #hosts = new Map()
  #links = new Map()
  #onSay

  /** Builds the network; `onSay(node, text)` hears what the nodes have to say. */
  static async build(version, onSay) {
    const cluster = new Cluster()
    // Hosts have a /tmp of their own. Of the machine's they see the folder that is named here, so that a
    // checkout may lie there, and the demo be started from anywhere.
    cluster.lab = await createLab({ name: `kv, ${version}`, cwd: here('.') })
    cluster.#onSay = onSay
    const lan = cluster.lab.switch('lan')
    for (const name of [...NODES, 'alice', 'bob']) {
      const host = cluster.lab.host(name)
      cluster.#hosts.set(name, host)
      cluster.#links.set(name, cluster.lab.link(host, lan))
    }
    try {
      await cluster.lab.start()
    } catch (error) {
      await cluster.lab.stop()
      throw error
    }
    return cluster
  }

  get hosts() {
    return [...this.#hosts.values()]
  }

  /** Starts a node's program on each of the three hosts. */
  async startNodes(version) {
    const programs = NODES.map((node) => {
      const command = [here(`${version}.mjs`), node, NODES.join()]
      const program = this.#hosts.get(node).spawn(process.execPath, command, { ready: tcp(PORT) })
      createInterface({ input: program.stdout }).on('line', (line) => this.#hear(node, line))
      return program
    })
    await Promise.all(programs.map((program) => program.ready))
  }

  othersThan(...names) {
    return NODES.filter((node) => !names.includes(node))
  }

  link(name) {
    return this.#links.get(name)
  }

  /** Cuts the hosts of these names off from all others. */
  async cutOff(...names) {
    const side = names.map((name) => this.#hosts.get(name))
    return this.lab.partition(
      side,
      this.hosts.filter((host) => !side.includes(host)),
    )
  }

  /**
   * Has a client make a request, from its own host, and writes down what came of it.
   *
   * @param options `patience`: for how many milliseconds the client tries again when it is refused;
   *   `times`: how often it asks, to tell the fastest
   */
  async request(client, operation, node, key, value = '', { patience = WAIT, times = 1 } = {}) {
    const numbers = [patience, times].map(String)
    const words = [here('client.mjs'), ...numbers, operation, node, key, value]
    const start = performance.now()
    const { stdout } = await this.#hosts.get(client).exec(process.execPath, words)
    const end = performance.now()
    const entry = { client, operation, node, key, start, end, healed: this.healed }
    const outcome = { ...(operation === 'put' ? { value } : {}), ...JSON.parse(stdout) }
    this.history.push({ ...entry, ...outcome })
    return outcome
  }

  /**
   * Resolves as soon as a condition on the nodes' beliefs returns something, to that; says what it
   * waited for if it never does.
   */
  async until(what, condition) {
    const now = condition()
    if (now) return now
    return new Promise((resolve, reject) => {
      const check = () => {
        const met = condition()
        if (!met) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(met)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`Waited ${WAIT / 1000} s in vain until ${what}.\n\n${this.lab.report()}`))
      }, WAIT)
      this.#waiting.add(check)
    })
  }

  /** Resolves when all three follow one leader and hold the same data, to the leader. */
  untilAgreed(data) {
    return this.until('all nodes agree', () => {
      const beliefs = NODES.map((node) => this.beliefs.get(node))
      const leaders = new Set(beliefs.map((belief) => belief?.leader))
      const copies = new Set(beliefs.map((belief) => sorted(belief?.data)))
      if (leaders.size > 1 || copies.size > 1) return undefined
      if (data !== undefined && !copies.has(sorted(data))) return undefined
      const [leader] = leaders
      return this.beliefs.get(leader)?.role === 'leader' ? leader : undefined
    })
  }

  #hear(node, line) {
    const { say, ...belief } = JSON.parse(line)
    this.beliefs.set(node, belief)
    this.record.push({ time: performance.now(), node, ...belief })
    if (say !== undefined) this.#onSay(node, say)
    for (const check of this.#waiting) check()
  }
}

/** Data as text that is the same for the same data. */
function sorted(data = {}) {
  return JSON.stringify(Object.entries(data).sort())
}
