import { describe, expect, test } from 'vitest'
import type { TryName } from '../../../src/kernel/probe/index.js'
import { all, finding, judged } from './machines.js'

const everything: TryName[] = ['user', 'nested', 'pid', 'mount', 'net', 'uts', 'ipc', 'cgroup']
const mounts: TryName[] = ['proc', 'sysfs', 'tmpfs']

test('a machine where all is well', () => {
  const report = judged({})
  expect(report.labs).toBe(true)
  expect(report.fileRights).toBe('user')
  // A login by ssh has no delegated control group, and says how to get one.
  expect(report.findings.filter((one) => !one.ok).map((one) => one.name)).toEqual([
    'cgroup-v2',
    'cgroup-v1',
    'limits',
  ])
  expect(finding(report, 'limits').fix).toContain('systemd-run --user --scope -p Delegate=yes')
})

describe('user namespaces', () => {
  test.each([
    [
      'the sysctl is 0',
      { maxUserNamespaces: 0 },
      'ENOSPC',
      /max_user_namespaces is 0/,
      /user\.max_user_namespaces=/,
    ],
    ['the sysctl is used up', {}, 'ENOSPC', /60000, is used up/, /user\.max_user_namespaces=/],
    [
      "Debian's switch",
      { unprivilegedClone: false },
      'EPERM',
      /unprivileged_userns_clone is 0/,
      /unprivileged_userns_clone=1/,
    ],
    [
      'Docker',
      { seccomp: true, container: 'docker' as const },
      'ENOSYS',
      /seccomp filter of the container/,
      /seccomp=unconfined/,
    ],
    [
      'a filter outside of containers',
      { seccomp: true },
      'EPERM',
      /a seccomp filter forbids/,
      undefined,
    ],
    [
      'a kernel without them',
      { maxUserNamespaces: undefined },
      'EINVAL',
      /CONFIG_USER_NS/,
      undefined,
    ],
    ['an old kernel', { kernel: '4.19.0' }, 'ENOSYS', /4\.19\.0 has no clone3/, undefined],
  ])('%s', (_, facts, errno, why, fix) => {
    const report = judged(facts, all([...everything, ...mounts], { errno, step: 'clone3' }))
    const line = finding(report, 'user-namespaces')
    expect(report.labs).toBe(false)
    expect(line).toMatchObject({ ok: false, needed: true })
    expect(line.why).toMatch(why)
    if (fix === undefined) expect(line.fix).toBeUndefined()
    else expect(line.fix).toMatch(fix)
  })
})

describe("Ubuntu's AppArmor", () => {
  const facts = { apparmorRestricts: true, apparmorLabel: 'unconfined' }
  const bitten = all(['nested', 'mount', 'net', 'pid', 'proc', 'tmpfs'], {
    errno: 'EPERM',
    step: 'clone3',
  })

  test('takes the capabilities: every line that fails names it', () => {
    const report = judged(facts, bitten)
    for (const name of ['apparmor', 'user-namespaces', 'namespaces', 'mounts']) {
      expect(finding(report, name)).toMatchObject({
        ok: false,
        fix: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
      })
    }
  })

  test('does not bite root, nor a keeper with a profile', () => {
    expect(finding(judged({ ...facts, uid: 0, admin: true }), 'apparmor').why).toContain('not root')
    expect(finding(judged(facts), 'apparmor').why).toContain('a profile allows')
  })

  test('bites root of a container, which has no CAP_SYS_ADMIN', () => {
    expect(finding(judged({ ...facts, uid: 0, admin: false }, bitten), 'apparmor').ok).toBe(false)
  })
})

describe('mounts', () => {
  test('a masked /proc, as in a container', () => {
    const report = judged({ container: 'docker' }, { proc: { errno: 'EPERM', step: 'mount' } })
    expect(report.labs).toBe(false)
    expect(finding(report, 'mounts').why).toContain("parts of the machine's /proc are covered")
    expect(finding(report, 'mounts').fix).toContain('systempaths=unconfined')
  })

  test("Docker's AppArmor profile", () => {
    const facts = { container: 'docker' as const, apparmorLabel: 'docker-default (enforce)' }
    const report = judged(facts, all(mounts, { errno: 'EACCES', step: 'private' }))
    expect(finding(report, 'mounts').why).toContain('docker-default (enforce) forbids mounts')
  })
})

describe('what labs can do without', () => {
  const missing = { errno: 'ENOENT', step: 'qdisc' }

  test.each([
    [{ modules: 'kernel/net/sched/sch_netem.ko.xz: \n' }, 'sudo modprobe sch_netem'],
    [{}, 'sudo apt install linux-modules-extra-$(uname -r)'],
    [{ distribution: 'fedora' }, 'sudo dnf install kernel-modules-extra'],
    [{ modules: undefined }, undefined],
  ])('netem, %o', (facts, fix) => {
    const report = judged(facts, { netem: missing })
    expect(report.labs).toBe(true)
    expect(finding(report, 'netem')).toMatchObject({ ok: false, needed: false })
    expect(finding(report, 'netem').fix).toBe(fix)
  })

  test('an egress hook is worth a line of its own', () => {
    const report = judged({}, { 'nft.egress': { errno: 'EOPNOTSUPP', step: 'chain' } })
    expect(finding(report, 'nftables').why).toContain('egress hook: EOPNOTSUPP')
  })

  test('links are needed', () => {
    const report = judged({}, { bridge: { errno: 'EOPNOTSUPP', step: 'bridge' } })
    expect(report.labs).toBe(false)
    expect(finding(report, 'links').why).toContain('bridge')
  })

  test('root types commands without sudo', () => {
    const report = judged({ uid: 0, admin: true }, { netem: missing })
    expect(finding(report, 'netem').fix).toBe('apt install linux-modules-extra-$(uname -r)')
  })
})

describe('file rights of real root', () => {
  const root = { uid: 0, admin: true }

  test('tamed where every folder can be idmapped', () => {
    expect(judged(root, {}, ['/srv/work']).fileRights).toBe('tamed')
  })

  test('those of root where one cannot, and the line says which', () => {
    const refused = { 'idmap.1': { errno: 'EINVAL', step: 'mount_setattr' } } as const
    const report = judged(root, refused, ['/root', '/srv/work'])
    expect(report.fileRights).toBe('root')
    expect(finding(report, 'idmapped-mounts').why).toMatch(/^\/srv\/work: EINVAL/)
  })
})

describe('newuidmap', () => {
  test.each([
    [{ newuidmap: undefined }, /not installed/, 'sudo apt install uidmap'],
    [{ subuid: '' }, /subuid gives ada 0 ids/, /usermod --add-subuids/],
    [{ subgid: 'ada:100000:1000\n' }, /subgid gives ada 1000 ids/, /usermod/],
  ])('%o', (facts, why, fix) => {
    const line = finding(judged(facts), 'newuidmap')
    expect(line).toMatchObject({ ok: false, needed: false })
    expect(line.why).toMatch(why)
    expect(line.fix).toMatch(fix)
  })

  test('a range may be given by uid', () => {
    const facts = { subuid: '# none\n1000:200000:65536\n', subgid: '1000:200000:65536' }
    expect(finding(judged(facts), 'newuidmap').ok).toBe(true)
  })
})
