import type { ChildProcess } from 'node:child_process'
import type { Machine } from '../../vm/machine.js'

/** Signals that are for the command. A terminal's own reach vm-enter without us. */
const PASSED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
const TERMINAL = ['SIGINT', 'SIGQUIT'] as const
/** What is to end a command. By SIGHUP daemons are told to read their configuration again. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT']
/** So many of these, each within the time since the one before, and the vm is ended: as docker has it. */
const INSISTENT = 3
/** In ms. */
const IN_A_ROW = 10_000

/** Hands signals for this process to the command in the vm; and ends a vm in which nobody hears them. */
export class PassedSignals {
  readonly #machine: Machine
  readonly #child: ChildProcess
  /** The last one that was to end the command. */
  wish: NodeJS.Signals | undefined
  #row = 0
  #latest = Number.NEGATIVE_INFINITY

  constructor(machine: Machine, child: ChildProcess) {
    this.#machine = machine
    this.#child = child
    for (const signal of [...TERMINAL, ...PASSED]) process.on(signal, this.#hear)
  }

  done(): void {
    for (const signal of [...TERMINAL, ...PASSED]) process.off(signal, this.#hear)
  }

  readonly #hear = (signal: NodeJS.Signals): void => {
    if (ENDING.includes(signal) && this.#insisted(signal)) {
      void this.#machine.kill()
      return
    }
    if (PASSED.some((name) => name === signal)) this.#child.kill(signal)
  }

  /** @returns whether it was the last of too many */
  #insisted(signal: NodeJS.Signals): boolean {
    const now = performance.now()
    this.#row = now - this.#latest > IN_A_ROW ? 1 : this.#row + 1
    this.#latest = now
    this.wish = signal
    this.#machine.expectNotice()
    return this.#row >= INSISTENT
  }
}
