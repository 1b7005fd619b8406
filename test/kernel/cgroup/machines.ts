import type { CgroupProbe } from '../../../src/kernel/cgroup/index.js'

/** A recorded machine: its files, and which folders this process may write. */
export interface Machine {
  readonly mountinfo: string
  readonly cgroup: string
  /** Files by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Folders in which all files may be written (not what lies deeper). */
  readonly writable?: readonly string[]
  readonly uid?: number
  readonly pid?: number
}

/** Answers a plan's questions from the record. */
export function recorded(machine: Machine): CgroupProbe {
  const files: Record<string, string> = {
    ...machine.files,
    '/proc/self/mountinfo': machine.mountinfo,
    '/proc/self/cgroup': machine.cgroup,
  }
  return {
    uid: machine.uid ?? 1000,
    pid: machine.pid ?? 4242,
    systemd: machine.mountinfo === systemdMount,
    read: (path) => files[path],
    refusal: (path) =>
      machine.writable?.some(
        (folder) =>
          path === folder ||
          (/^[^/]+$/.test(path.slice(folder.length + 1)) && path.startsWith(`${folder}/cgroup.`)),
      )
        ? undefined
        : 'EACCES',
  }
}

/** One group's files, for `Machine.files`. */
export function group(
  folder: string,
  { controllers = '', handed = '', procs = '', type = 'domain' },
): Record<string, string> {
  return {
    [`${folder}/cgroup.controllers`]: `${controllers}\n`,
    [`${folder}/cgroup.subtree_control`]: `${handed}\n`,
    [`${folder}/cgroup.procs`]: procs,
    [`${folder}/cgroup.type`]: `${type}\n`,
    [`${folder}/cgroup.events`]: 'populated 1\nfrozen 0\n',
  }
}

/** Debian 12, Ubuntu 22.04 and later, Fedora 31 and later: v2 alone, mounted by systemd. */
export const systemdMount = `24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
31 24 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
32 24 0:28 / /sys/fs/pstore rw,nosuid,nodev,noexec,relatime shared:10 - pstore pstore rw
`

/** Ubuntu 18.04, Debian 10: systemd's hybrid, v1 with controllers and an empty v2. */
export const hybridMounts = `30 25 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
31 30 0:26 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup rw,nsdelegate
32 30 0:27 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
36 30 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
37 30 0:32 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
38 30 0:33 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,pids
39 30 0:34 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,cpuset
`
export const hybridMembership = `12:cpuset:/
11:pids:/user.slice/user-0.slice/session-1.scope
6:memory:/user.slice/user-0.slice/session-1.scope
4:cpu,cpuacct:/user.slice
1:name=systemd:/user.slice/user-0.slice/session-1.scope
0::/user.slice/user-0.slice/session-1.scope
`

/** Docker on a v1 machine: the container's own groups, bind-mounted read-only. */
export const dockerV1Mounts = `612 611 0:72 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
613 612 0:30 /docker/2f1a /sys/fs/cgroup/systemd ro,nosuid,nodev,noexec,relatime master:11 - cgroup cgroup rw,xattr,name=systemd
617 612 0:35 /docker/2f1a /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,memory
619 612 0:38 /docker/2f1a /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,cpu,cpuacct
620 612 0:39 /docker/2f1a /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime master:19 - cgroup cgroup rw,pids
`
export const dockerV1Membership = `11:pids:/docker/2f1a
6:memory:/docker/2f1a
4:cpu,cpuacct:/docker/2f1a
1:name=systemd:/docker/2f1a
`

/** Docker on a v2 machine: a private cgroup namespace; `rw` with writable-cgroups or --privileged. */
export const dockerV2Mount = (mode: 'ro' | 'rw'): string =>
  `1290 1289 0:28 / /sys/fs/cgroup ${mode},nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate,memory_recursiveprot\n`

/** A virtual machine with a small init: each v1 controller by itself, own memory group, empty v2. */
export const bareMounts = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`
export const bareMembership = `8:pids:/
4:memory:/api/b29d
1:cpu:/
0::/
`
