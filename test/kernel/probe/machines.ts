import { planCgroups } from '../../../src/kernel/cgroup/plan.js'
import {
  type Facts,
  type Finding,
  judge,
  type Refusal,
  type Report,
  type Tries,
  type TryName,
} from '../../../src/kernel/probe/index.js'
import { recorded, systemdMount } from '../cgroup/machines.js'

/** An ordinary user on a machine where everything works. */
export const easy: Facts = {
  uid: 1000,
  admin: false,
  user: 'ada',
  kernel: '6.8.0',
  maxUserNamespaces: 60_000,
  unprivilegedClone: undefined,
  apparmorRestricts: undefined,
  apparmorLabel: undefined,
  seccomp: false,
  container: undefined,
  distribution: 'ubuntu debian',
  modules: 'kernel/net/sched/sch_tbf.ko.zst:\n',
  systemd: true,
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
  subuid: 'ada:100000:65536\n',
  subgid: 'ada:100000:65536\n',
}

/** Tries that all went well but for these. */
export function triesBut(refused: Partial<Record<TryName, Refusal>>): Tries {
  return new Map(Object.entries(refused)) as Tries
}

/** Judges a machine whose control groups are those of a login by ssh. */
export function judged(
  facts: Partial<Facts>,
  refused: Partial<Record<TryName, Refusal>> = {},
  folders: readonly string[] = [],
): Report {
  const cgroups = planCgroups(
    recorded({
      mountinfo: systemdMount,
      cgroup: '0::/user.slice/user-1000.slice/session-2.scope\n',
    }),
  )
  const tame = facts.uid === 0 ? 100_000 : undefined
  return judge({ ...easy, ...facts }, triesBut(refused), cgroups, { tame, folders })
}

/** One line of a report. */
export function finding(report: Report, name: string): Finding {
  const found = report.findings.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no finding ${name}`)
  return found
}

/** The same refusal for several tries. */
export function all(
  names: readonly TryName[],
  refusal: Refusal,
): Partial<Record<TryName, Refusal>> {
  return Object.fromEntries(names.map((name) => [name, refusal]))
}
