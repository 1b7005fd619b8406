import { accessSync, constants, existsSync } from 'node:fs'
import { release, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { textOf } from '../../base/text-file.js'

/** What files say of the machine. They explain a refusal; whether a thing works is tried instead. */
export interface Facts {
  readonly uid: number
  /** This process has CAP_SYS_ADMIN: root has, root of an ordinary container has not. */
  readonly admin: boolean
  /** The user's name, as /etc/subuid has it. */
  readonly user: string
  /** As uname -r. */
  readonly kernel: string
  /** user.max_user_namespaces; undefined where the kernel has no user namespaces. */
  readonly maxUserNamespaces: number | undefined
  /** kernel.unprivileged_userns_clone, a patch of Debian's and Arch's; undefined elsewhere. */
  readonly unprivilegedClone: boolean | undefined
  /** kernel.apparmor_restrict_unprivileged_userns, Ubuntu 23.10 and later; undefined elsewhere. */
  readonly apparmorRestricts: boolean | undefined
  /** AppArmor's label of this process: `unconfined`, `docker-default (enforce)`. */
  readonly apparmorLabel: string | undefined
  /** A seccomp filter is upon this process (proc_pid_status(5), Seccomp: 2). */
  readonly seccomp: boolean
  /** This process is in a container. */
  readonly container: 'docker' | 'podman' | 'other' | undefined
  /** ID and ID_LIKE of os-release(5): `ubuntu debian`. */
  readonly distribution: string
  /** modules.dep of the running kernel: which modules are installed; undefined where none can be. */
  readonly modules: string | undefined
  /** systemd runs this machine. */
  readonly systemd: boolean
  /** Where newuidmap and newgidmap are. */
  readonly newuidmap: string | undefined
  readonly newgidmap: string | undefined
  /** /etc/subuid and /etc/subgid. */
  readonly subuid: string
  readonly subgid: string
}

/** The content of a /proc/sys file as a number. */
function sysctl(path: string): number | undefined {
  const text = textOf(`/proc/sys/${path}`)
  return text === undefined ? undefined : Number(text)
}

/** Finds a program; /usr/sbin and such are often missing from the PATH of ordinary users. */
function find(program: string): string | undefined {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin']) {
    const path = join(folder || '.', program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not here
    }
  }
  return undefined
}

function containerKind(): Facts['container'] {
  if (existsSync('/.dockerenv')) return 'docker'
  if (existsSync('/run/.containerenv')) return 'podman'
  return process.env.container === undefined ? undefined : 'other'
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A uid that no file knows, as `docker run --user 1234` gives.
    return String(process.geteuid?.() ?? '')
  }
}

/** CAP_SYS_ADMIN, linux/capability.h, among the effective capabilities in proc_pid_status(5). */
function isAdmin(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'
  return ((BigInt(`0x${effective}`) >> 21n) & 1n) === 1n
}

/** Asks the running machine. */
export function machineFacts(): Facts {
  const status = textOf('/proc/self/status') ?? ''
  const flag = (value: number | undefined) => (value === undefined ? undefined : value !== 0)
  return {
    uid: process.geteuid?.() ?? 0,
    admin: isAdmin(status),
    user: userName(),
    kernel: release(),
    maxUserNamespaces: sysctl('user/max_user_namespaces'),
    unprivilegedClone: flag(sysctl('kernel/unprivileged_userns_clone')),
    apparmorRestricts: flag(sysctl('kernel/apparmor_restrict_unprivileged_userns')),
    apparmorLabel: textOf('/proc/self/attr/apparmor/current')?.trim() || undefined,
    seccomp: /^Seccomp:\s*2$/m.test(status),
    container: containerKind(),
    distribution: [...(textOf('/etc/os-release') ?? '').matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)]
      .map((match) => match[1])
      .join(' '),
    modules: textOf(`/lib/modules/${release()}/modules.dep`),
    systemd: existsSync('/run/systemd/system'),
    newuidmap: find('newuidmap'),
    newgidmap: find('newgidmap'),
    subuid: textOf('/etc/subuid') ?? '',
    subgid: textOf('/etc/subgid') ?? '',
  }
}
