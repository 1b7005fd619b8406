import { expect, test } from 'vitest'
import { limitSource } from '../../../src/kernel/cgroup/limits.js'
import { planCgroups } from '../../../src/kernel/cgroup/plan.js'
import * as machines from './machines.js'
import { group, recorded } from './machines.js'

const top = '/sys/fs/cgroup'
const manager = `${top}/user.slice/user-1000.slice/user@1000.service`

test('a login over ssh: nothing is delegated, and the plan says how to get it', () => {
  const support = planCgroups(
    recorded({
      mountinfo: machines.systemdMount,
      cgroup: '0::/user.slice/user-1000.slice/session-2.scope\n',
    }),
  )
  expect(support.v2.why).toMatch(/uid 1000 may not write .*session-2\.scope \(EACCES\)/)
  expect(support.v2.fix).toContain('Delegate=yes')
  expect(support.limits).toEqual({ memory: false, cpu: false, pids: false })
  expect(support.freeze).toBe(false)
  expect(() => limitSource(support, 'memory')).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('systemd-run') }),
  )
})

test('a delegated scope below the user manager: the slice above it hands controllers on', () => {
  const scope = `${manager}/app.slice/run-r1.scope`
  const support = planCgroups(
    recorded({
      mountinfo: machines.systemdMount,
      cgroup: `0::${scope.slice(top.length)}\n`,
      writable: [scope, `${manager}/app.slice`, manager],
      files: {
        ...group(scope, { controllers: 'cpu memory pids', procs: '4242\n' }),
        ...group(`${manager}/app.slice`, {
          controllers: 'cpu memory pids',
          handed: 'cpu memory pids',
        }),
        ...group(manager, { controllers: 'cpu memory pids', handed: 'cpu memory pids' }),
      },
    }),
  )
  expect(support.v2.base).toBe(`${manager}/app.slice`)
  expect(support.source).toEqual({ memory: 2, cpu: 2, pids: 2 })
  expect(support.obtainable).toEqual([])
})

test('a delegated service: its own processes can be moved down, so its controllers are obtainable', () => {
  const service = `${top}/system.slice/ci.service`
  const machine = {
    mountinfo: machines.systemdMount,
    cgroup: '0::/system.slice/ci.service\n',
    writable: [service],
    files: {
      ...group(service, { controllers: 'memory pids', procs: '100\n4242\n' }),
      '/proc/4242/stat': '4242 (node (worker) x) S 100 100 100 0\n',
      '/proc/100/stat': '100 (runner) S 1 100 100 0\n',
    },
  }
  const support = planCgroups(recorded(machine))
  expect(support.v2.base).toBe(service)
  expect(support.ready).toEqual([])
  expect(support.obtainable).toEqual(['memory', 'pids'])
  expect(support.limits).toEqual({ memory: true, cpu: false, pids: true })

  const withStranger = {
    ...machine.files,
    [`${service}/cgroup.procs`]: '100\n4242\n7\n',
    '/proc/7/stat': '7 (x) S 1 7 7\n',
  }
  expect(planCgroups(recorded({ ...machine, files: withStranger })).obtainable).toEqual([])
})

test('root under systemd: the nearest group that hands on the most', () => {
  const session = `${top}/user.slice/user-0.slice/session-1.scope`
  const support = planCgroups(
    recorded({
      uid: 0,
      mountinfo: machines.systemdMount,
      cgroup: '0::/user.slice/user-0.slice/session-1.scope\n',
      writable: [session, `${top}/user.slice/user-0.slice`, `${top}/user.slice`, top],
      files: {
        ...group(session, { controllers: 'memory pids', procs: '4242\n' }),
        ...group(`${top}/user.slice/user-0.slice`, {
          controllers: 'memory pids',
          handed: 'memory pids',
        }),
        ...group(`${top}/user.slice`, { controllers: 'cpu memory pids', handed: 'memory pids' }),
        [`${top}/cgroup.subtree_control`]: 'cpuset cpu io memory pids\n',
        [`${top}/cgroup.controllers`]: 'cpuset cpu io memory pids\n',
      },
    }),
  )
  expect(support.v2.base).toBe(top)
  expect(support.source).toEqual({ memory: 2, cpu: 2, pids: 2 })
})

test('Docker, v2: read-only unless asked for', () => {
  const cgroup = '0::/\n'
  const files = {
    ...group(top, { controllers: 'cpu memory pids', procs: '1\n4242\n' }),
    '/proc/4242/stat': '4242 (node) S 0 1 1\n',
    '/proc/1/stat': '1 (sleep) S 0 1 1\n',
  }
  const closed = planCgroups(recorded({ mountinfo: machines.dockerV2Mount('ro'), cgroup, files }))
  expect(closed.v2.why).toContain('mounted read-only')
  expect(closed.v2.fix).toContain('writable-cgroups=true')
  const open = planCgroups(
    recorded({ mountinfo: machines.dockerV2Mount('rw'), cgroup, files, writable: [top], uid: 0 }),
  )
  expect(open.v2.base).toBe(top)
  expect(open.obtainable).toEqual(['cpu', 'memory', 'pids'])
})

test('Docker, v1: read-only', () => {
  const support = planCgroups(
    recorded({ mountinfo: machines.dockerV1Mounts, cgroup: machines.dockerV1Membership, uid: 0 }),
  )
  expect(support.v1.memory.why).toContain('mounted read-only')
  expect(support.v1.cpuset.why).toContain('no cgroup v1 hierarchy for cpuset')
  expect(support.limits.memory).toBe(false)
})

test('hybrid as root: limits by v1, freezing by v2', () => {
  const own = '/user.slice/user-0.slice/session-1.scope'
  const support = planCgroups(
    recorded({
      uid: 0,
      mountinfo: machines.hybridMounts,
      cgroup: machines.hybridMembership,
      writable: ['unified', 'memory', 'pids']
        .map((name) => `${top}/${name}${own}`)
        .concat(`${top}/cpu,cpuacct/user.slice`),
    }),
  )
  expect(support.source).toEqual({ memory: 1, cpu: 1, pids: 1 })
  expect(support.v1.memory.base).toBe(`${top}/memory${own}`)
  expect(support.v1.cpu.base).toBe(`${top}/cpu,cpuacct/user.slice`)
  expect(support.freeze).toBe(true)
})

test('a bare init: v1 apart, v2 without controllers', () => {
  const machine = { mountinfo: machines.bareMounts, cgroup: machines.bareMembership }
  const root = planCgroups(
    recorded({
      ...machine,
      uid: 0,
      writable: [`${top}/unified`, `${top}/memory/api/b29d`, `${top}/cpu`, `${top}/pids`],
      files: {
        [`${top}/unified/cgroup.controllers`]: '\n',
        [`${top}/unified/cgroup.subtree_control`]: '\n',
      },
    }),
  )
  expect(root.v2.base).toBe(`${top}/unified`)
  expect(root.source).toEqual({ memory: 1, cpu: 1, pids: 1 })
  const user = planCgroups(recorded(machine))
  expect(user.v1.pids.why).toContain('not delegated to ordinary users')
  expect(() => limitSource(user, 'cpu')).toThrow(/A limit on cpu needs a control group/)
})

test('a threaded group takes no processes of others', () => {
  const support = planCgroups(
    recorded({
      mountinfo: machines.systemdMount,
      cgroup: '0::/t\n',
      writable: [`${top}/t`],
      files: group(`${top}/t`, { type: 'domain threaded' }),
    }),
  )
  expect(support.v2.why).toContain('threaded')
})

test('no cgroups at all', () => {
  const support = planCgroups(recorded({ mountinfo: '', cgroup: '' }))
  expect(support.v2.why).toContain('no cgroup v2 hierarchy')
  expect(support.searched).toEqual([])
})
