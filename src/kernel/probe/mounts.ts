import { apparmorBites, liftRestriction } from './apparmor.js'
import { openContainer } from './container.js'
import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import { moduleFix } from './modules.js'
import { firstRefusal, type Tries } from './tries.js'

/** The mounts that make a host's own /proc, /sys, /tmp, /run and /dev/shm. */
export function probeMounts(facts: Facts, tries: Tries): Finding {
  const name = 'mounts'
  const refusal = firstRefusal(tries, ['tmpfs', 'proc', 'sysfs'])
  if (refusal === undefined) return yes(name, 'proc, sysfs, tmpfs', true)
  const what = `${refusal.of} (${refusal.errno} at ${refusal.step})`
  if (apparmorBites(facts, tries)) {
    return no(name, `${what}: AppArmor takes the capabilities away`, liftRestriction, true)
  }
  // AppArmor's refusal of a mount is EACCES, the kernel's own is EPERM.
  if (refusal.errno === 'EACCES' && facts.apparmorLabel !== undefined) {
    const why = `${what}: AppArmor's profile ${facts.apparmorLabel} forbids mounts`
    return no(name, why, openContainer(facts), true)
  }
  // mount_too_revealing() in fs/namespace.c: no new /proc or /sys where the old one has covered parts.
  if (refusal.errno === 'EPERM' && refusal.of !== 'tmpfs') {
    const why = `${what}: parts of the machine's /${refusal.of === 'proc' ? 'proc' : 'sys'} are covered, as containers do, so a new one is refused`
    return no(name, why, openContainer(facts), true)
  }
  return no(name, what, openContainer(facts), true)
}

/** Layers over the machine's files. */
export function probeOverlay(facts: Facts, tries: Tries): Finding {
  const name = 'overlay'
  const refusal = tries.get('overlay')
  if (refusal === undefined) return yes(name, 'overlayfs with userxattr, written to')
  const why = `${refusal.errno} at ${refusal.step}: hosts cannot have a layer of their own over files`
  if (refusal.errno === 'EINVAL') return no(name, `${why} (userxattr needs Linux 5.11)`)
  return no(name, why, moduleFix(facts, 'overlay', refusal.errno))
}
