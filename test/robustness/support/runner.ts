import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Traces } from './traces.js'

/** A process that makes labs, as somebody's test run does. */
export class Runner {
  readonly child: ChildProcess
  readonly traces: Traces
  /** What it said last, and everything before. */
  readonly said: string[] = []
  /** When it said the last line, as performance.now() has it. */
  saidAt = 0
  readonly #waiting = new Set<() => void>()
  readonly exited: Promise<unknown>

  constructor(script: string, args: readonly string[] = [], nodeOptions: readonly string[] = []) {
    const file = fileURLToPath(new URL(`../runners/${script}`, import.meta.url))
    this.child = spawn(process.execPath, [...nodeOptions, file, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.traces = new Traces(this.child.pid!)
    this.exited = once(this.child, 'exit')
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.said.push(line)
      this.saidAt = performance.now()
      for (const wake of this.#waiting) wake()
    })
    this.exited.then(() => {
      for (const wake of this.#waiting) wake()
    })
  }

  get last(): string {
    return this.said.at(-1) ?? ''
  }

  /** Waits for the `count`-th line that matches; fails when it ends before. */
  async heard(line: RegExp, count = 1, limit = 20_000): Promise<string> {
    const end = performance.now() + limit
    for (;;) {
      const found = this.said.filter((one) => line.test(one))[count - 1]
      if (found !== undefined) return found
      const { exitCode, signalCode } = this.child
      if (exitCode !== null || signalCode !== null || performance.now() > end) {
        throw new Error(`the runner said '${this.said.join(' ')}', never ${line}`)
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          this.#waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, 100)
        this.#waiting.add(wake)
      })
    }
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`)
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exited
    this.traces.end()
  }
}
