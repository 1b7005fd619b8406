import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { handControllers } from '../../../src/kernel/cgroup/controllers.js'
import { readControl, removeGroup } from '../../../src/kernel/cgroup/files.js'
import { cgroupSupport } from '../../../src/kernel/cgroup/index.js'

// The rule that a group with processes hands none on spares those that know threads
// (cgroup_vet_subtree_control_enable): cpu, cpuset, perf_event and pids.
const { v2 } = cgroupSupport()
const controller = (readControl(`${v2.base}/cgroup.controllers`) ?? '')
  .split(/\s+/)
  .find((name) => !['', 'cpu', 'cpuset', 'perf_event', 'pids'].includes(name))
const handed = (group: string) => readFileSync(`${group}/cgroup.subtree_control`, 'utf8').trim()

test.skipIf(controller === undefined || process.getuid?.() !== 0)(
  'a group that holds processes hands controllers on once they are one level down',
  async () => {
    const base = v2.base!
    const before = handed(base).split(' ').includes(controller!)
    const group = `${base}/settle-${randomBytes(4).toString('hex')}`
    const child = spawn('sleep', ['60'])
    try {
      handControllers(base, [controller!])
      mkdirSync(group)
      writeFileSync(`${group}/cgroup.procs`, String(child.pid))
      expect(() => writeFileSync(`${group}/cgroup.subtree_control`, `+${controller}`)).toThrow(
        'EBUSY',
      )

      handControllers(group, [controller!])

      expect(handed(group)).toBe(controller)
      expect(readFileSync(`${group}/cgroup.procs`, 'utf8')).toBe('')
      expect(readFileSync(`${group}/netrig-runner/cgroup.procs`, 'utf8')).toBe(`${child.pid}\n`)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'exit')
      for (let tries = 0; tries < 100 && !removeGroup(group); tries += 1) await sleep(5)
      if (!before) writeFileSync(`${base}/cgroup.subtree_control`, `-${controller}`)
    }
  },
)

test.skipIf(v2.base === undefined)('a controller that is not there is refused in words', () => {
  const group = `${v2.base}/refuse-${randomBytes(4).toString('hex')}`
  mkdirSync(group)
  try {
    expect(() => handControllers(group, ['nosuch'])).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        errno: 'EINVAL',
        hint: expect.stringContaining('Delegate=yes'),
      }),
    )
  } finally {
    expect(removeGroup(group)).toBe(true)
  }
})
