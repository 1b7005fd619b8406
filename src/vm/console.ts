/** What a vm's kernel said on its console, and what it means. */

/** Lines that are kept: a panic with its trace has some forty. */
const KEPT = 200
/** How much of a panic people are shown. */
const SHOWN = 12

/** The last lines of a vm's console. */
export class Console {
  readonly #lines: string[] = []
  #rest = ''

  write(chunk: string): void {
    const lines = (this.#rest + chunk).split(/\r?\n/)
    this.#rest = lines.pop() ?? ''
    this.#lines.push(...lines)
    if (this.#lines.length > KEPT) this.#lines.splice(0, this.#lines.length - KEPT)
  }

  get lines(): readonly string[] {
    return this.#rest === '' ? this.#lines : [...this.#lines, this.#rest]
  }
}

/** A program that the kernel ended because memory ran out. */
export interface MemoryDeath {
  readonly pid: number
  readonly name: string
}

/** Programs that the vm's kernel ended for want of memory; those at the limit of a group are not meant. */
export function memoryDeaths(lines: readonly string[]): MemoryDeath[] {
  return lines.flatMap((line) => {
    // mm/oom_kill.c, __oom_kill_process; 'Memory cgroup out of memory' is a limit that a test has set.
    const found = /(?:^|\] )Out of memory(?: \([^)]*\))?: Killed process (\d+) \((.*?)\)/.exec(line)
    return found === null ? [] : [{ pid: Number(found[1]), name: found[2]! }]
  })
}

/** The kernel's reason for a panic; undefined when there was none. */
export function panicReason(lines: readonly string[]): string | undefined {
  const line = lines.find((one) => one.includes('Kernel panic - not syncing'))
  return line?.replace(/^.*Kernel panic - not syncing: ?/, '').trim()
}

/** What the vm's PID 1 could not do while it made its world. */
export function initFailure(lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith('vm-init: '))?.slice('vm-init: '.length)
}

/** Words of the kernel's stack, which tell people nothing. */
const ADDRESS = /^\s*(\[<[0-9a-f]+>\]|[0-9a-f]{8,16} [0-9a-f]{8,16}\b)/

/** The end of the console, indented, for messages. */
export function lastLines(lines: readonly string[]): string {
  const shown = lines.filter((line) => line.trim() !== '' && !ADDRESS.test(line)).slice(-SHOWN)
  return shown.map((line) => `    ${line}`).join('\n')
}
