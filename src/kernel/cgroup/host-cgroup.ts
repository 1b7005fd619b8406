import { constants, openSync } from 'node:fs'
import { NetrigError } from '../../base/errors.js'
import { readControl, readKey, removeGroup, tryControl, writeControl } from './files.js'
import { setFrozen } from './freezer.js'
import type { LimitName } from './support.js'

/** What a host uses now; a figure that no hierarchy counts is undefined. */
export interface CgroupUsage {
  /** bytes */
  readonly memory: number | undefined
  /** microseconds of processor time since the host began */
  readonly cpu: number | undefined
  /** processes and threads, the host's PID 1 included */
  readonly pids: number | undefined
  /** processes that the kernel killed for memory */
  readonly oomKills: number | undefined
}

/**
 * A host's control groups: in v2 a folder that carries the limits and, where its files belong to the uid that
 * is root in the lab, `in/` below it, where the host's processes live and where its cgroup namespace begins:
 * a program in the host cannot reach the files of its limits. In v1 one folder per limit. Made by
 * `LabCgroup.host`.
 */
export class HostCgroup {
  /**
   * @param unified the v2 folder, where there is v2
   * @param inside the folder where the host's processes live, in v2
   * @param legacy v1 folders by limit
   */
  constructor(
    readonly unified: string | undefined,
    readonly inside: string | undefined,
    readonly legacy: ReadonlyMap<LimitName, string>,
  ) {}

  /** Opens {@link inside} for clone3(CLONE_INTO_CGROUP); the caller closes it. Undefined without v2. */
  openDirectory(): number | undefined {
    if (this.inside === undefined) return undefined
    return openSync(this.inside, constants.O_RDONLY | constants.O_DIRECTORY)
  }

  /**
   * Puts the host's PID 1 into its v1 folders; what it forks later follows. Does nothing when no v1
   * limit was asked for: the first move of a process costs the kernel about 10 ms.
   *
   * @param pid as the machine counts
   */
  attachV1(pid: number): void {
    for (const folder of this.legacy.values()) writeControl(`${folder}/cgroup.procs`, String(pid))
  }

  /**
   * Stops every process of the host by v2's freezer, and waits until they stand.
   *
   * @param timeout milliseconds
   */
  async freeze(timeout = 2000): Promise<void> {
    await setFrozen(this.#freezable('freeze'), true, timeout)
  }

  /** Undoes {@link freeze}. */
  async thaw(timeout = 2000): Promise<void> {
    await setFrozen(this.#freezable('thaw'), false, timeout)
  }

  /** SIGKILL for every process of the host; false where the kernel cannot (before Linux 5.14, or v1). */
  kill(): boolean {
    return this.unified !== undefined && tryControl(`${this.unified}/cgroup.kill`, '1')
  }

  /** Whether a process of the host is alive; undefined without v2. */
  get populated(): boolean | undefined {
    if (this.unified === undefined) return undefined
    return readKey(`${this.unified}/cgroup.events`, 'populated') === 1
  }

  /** Figures from v2 where it counts them, else from v1's folders. */
  usage(): CgroupUsage {
    const number = (file: string): number | undefined => {
      const text = readControl(file)
      return text === undefined ? undefined : Number(text)
    }
    const v2 = this.unified
    const memory = this.legacy.get('memory')
    const pids = this.legacy.get('pids')
    return {
      memory: number(memory ? `${memory}/memory.usage_in_bytes` : `${v2}/memory.current`),
      cpu: readKey(`${v2}/cpu.stat`, 'usage_usec'),
      pids: number(pids ? `${pids}/pids.current` : `${v2}/pids.current`),
      // v1 has no memory.events; its oom_kill stands in memory.oom_control.
      oomKills: readKey(
        memory ? `${memory}/memory.oom_control` : `${v2}/memory.events`,
        'oom_kill',
      ),
    }
  }

  /** Removes the folders. @returns false when a process is still in one of them */
  remove(): boolean {
    const folders = [...this.legacy.values(), ...(this.unified === undefined ? [] : [this.unified])]
    return folders.map((folder) => removeGroup(folder)).every(Boolean)
  }

  #freezable(operation: string): string {
    if (this.unified !== undefined) return this.unified
    throw new NetrigError('UNSUPPORTED', 'Freezing by control group needs cgroup v2.', {
      operation,
    })
  }
}
