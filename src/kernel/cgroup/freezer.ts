import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetrigError } from '../../base/errors.js'
import { readKey, writeControl } from './files.js'

/**
 * Freezes or thaws a v2 group and all below it, and waits until the kernel says that it is so.
 * cgroup.freeze returns at once; a process is frozen when it next comes back from the kernel.
 *
 * @param timeout milliseconds
 * @throws NetrigError `TIMEOUT` when a process stays in the kernel for longer (a hung file system)
 */
export async function setFrozen(group: string, frozen: boolean, timeout: number): Promise<void> {
  writeControl(`${group}/cgroup.freeze`, frozen ? '1' : '0')
  const wanted = frozen ? 1 : 0
  const end = performance.now() + timeout
  for (;;) {
    if (readKey(`${group}/cgroup.events`, 'frozen') === wanted) return
    if (performance.now() >= end) break
    await sleep(1)
  }
  throw new NetrigError(
    'TIMEOUT',
    `${group} was not ${frozen ? 'frozen' : 'thawed'} within ${timeout} ms.`,
    {
      operation: frozen ? 'freeze' : 'thaw',
      object: group,
      hint: 'a process is in an uninterruptible wait: see /proc/PID/wchan',
    },
  )
}
