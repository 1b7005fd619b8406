import { apparmorBites, liftRestriction } from './apparmor.js'
import { openContainer } from './container.js'
import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import { firstRefusal, type Refusal, type Tries } from './tries.js'

const name = 'user-namespaces'

/** User namespaces: a lab's, and a host's within it. */
export function probeUserNamespaces(facts: Facts, tries: Tries): Finding {
  const refusal = firstRefusal(tries, ['user', 'nested'])
  if (refusal === undefined) return yes(name, 'made one, and one within it', true)
  const { why, fix } = explain(facts, tries, refusal)
  return no(name, `${why} (${refusal.errno} at ${refusal.step})`, fix, true)
}

function explain(facts: Facts, tries: Tries, refusal: Refusal): { why: string; fix?: string } {
  if (facts.maxUserNamespaces === undefined) {
    return { why: 'this kernel is built without user namespaces (CONFIG_USER_NS)' }
  }
  if (facts.maxUserNamespaces === 0) {
    return {
      why: 'user.max_user_namespaces is 0',
      fix: 'sudo sysctl -w user.max_user_namespaces=28633',
    }
  }
  // ENOSPC since Linux 4.9, EUSERS before.
  if (refusal.errno === 'ENOSPC' || refusal.errno === 'EUSERS') {
    return {
      why: `user.max_user_namespaces, ${facts.maxUserNamespaces}, is used up, or namespaces nest too deep`,
      fix: 'sudo sysctl -w user.max_user_namespaces=28633',
    }
  }
  if (facts.unprivilegedClone === false && !facts.admin) {
    return {
      why: 'kernel.unprivileged_userns_clone is 0',
      fix: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
    }
  }
  if (apparmorBites(facts, tries)) {
    return { why: 'AppArmor forbids them to programs without a profile', fix: liftRestriction }
  }
  const fix = openContainer(facts)
  // Docker's profile answers ENOSYS to clone3, whose flags a filter cannot read.
  if (facts.seccomp) {
    const why = `a seccomp filter${fix === undefined ? '' : ' of the container'} forbids them`
    return fix === undefined ? { why } : { why, fix }
  }
  if (refusal.errno === 'ENOSYS')
    return { why: `Linux ${facts.kernel} has no clone3 (5.3 and later)` }
  if (refusal.step === 'map') return { why: 'the ids of a lab could not be mapped' }
  return { why: 'the kernel refuses; a chroot, or a policy such as SELinux, may be why' }
}
