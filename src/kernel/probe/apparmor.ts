import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import { firstRefusal, type Tries } from './tries.js'

/** What lifts Ubuntu's restriction until the next boot. */
export const liftRestriction = 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'

/**
 * With the restriction a user namespace is made, but its root has no capability in it, so the refusals
 * come with the next step: no other namespace, no mount. Who has CAP_SYS_ADMIN is not restricted,
 * nor is a program whose profile says `userns,`.
 */
export function apparmorBites(facts: Facts, tries: Tries): boolean {
  return (
    facts.apparmorRestricts === true &&
    !facts.admin &&
    firstRefusal(tries, ['user', 'nested', 'mount', 'net', 'pid']) !== undefined
  )
}

/** AppArmor's block of unprivileged user namespaces. */
export function probeApparmor(facts: Facts, tries: Tries): Finding {
  const name = 'apparmor'
  if (apparmorBites(facts, tries)) {
    return no(
      name,
      'kernel.apparmor_restrict_unprivileged_userns is 1: user namespaces get no capabilities',
      liftRestriction,
    )
  }
  if (facts.apparmorRestricts === undefined) return yes(name, 'this kernel has no such restriction')
  if (!facts.apparmorRestricts) return yes(name, 'the restriction is off')
  return yes(
    name,
    facts.admin ? 'it restricts ordinary users, not root' : "a profile allows netrig's keeper",
  )
}
