import { limitFix } from '../cgroup/limits.js'
import { type CgroupSupport, type LimitName, limitNames } from '../cgroup/support.js'
import { type Finding, no, yes } from './finding.js'

/** cgroup v2: freezing, killing, counting, and limits where it has the controllers. */
export function probeCgroupV2(support: CgroupSupport): Finding {
  const name = 'cgroup-v2'
  const { v2 } = support
  if (v2.base === undefined) {
    return no(name, `${v2.why}: hosts are frozen by SIGSTOP instead`, v2.fix)
  }
  const controllers = [...support.ready, ...support.obtainable]
  const which = limitNames.filter((limit) => controllers.includes(limit))
  return yes(name, `${v2.base}, ${which.length === 0 ? 'freezer only' : which.join(', ')}`)
}

/** cgroup v1: limits on machines that keep the controllers there. */
export function probeCgroupV1(support: CgroupSupport): Finding {
  const name = 'cgroup-v1'
  const writable = limitNames.filter((limit) => support.v1[limit].base !== undefined)
  if (writable.length > 0) return yes(name, writable.join(', '))
  if (limitNames.every((limit) => support.source[limit] === 2)) {
    return no(name, 'not needed: v2 has the controllers')
  }
  return no(name, support.v1.memory.why ?? 'not writable')
}

/** Which limits hosts can have, by whichever version. */
export function probeLimits(support: CgroupSupport): Finding {
  const name = 'limits'
  const missing = limitNames.filter((limit) => !support.limits[limit])
  const there = limitNames
    .filter((limit) => support.limits[limit])
    .map((limit) => `${limit} (v${support.source[limit]})`)
  if (missing.length === 0) return yes(name, there.join(', '))
  const has = there.length === 0 ? '' : `; ${there.join(', ')} work`
  const why = `no control group for ${missing.map(instead).join(', ')}${has}`
  return no(name, why, limitFix(support, missing[0]!))
}

function instead(limit: LimitName): string {
  return limit === 'pids' ? 'pids (RLIMIT_NPROC instead)' : limit
}
