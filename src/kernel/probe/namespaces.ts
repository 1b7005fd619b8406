import { apparmorBites, liftRestriction } from './apparmor.js'
import { openContainer } from './container.js'
import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import { firstRefusal, type Tries } from './tries.js'

const kinds = ['pid', 'mount', 'net', 'uts', 'ipc', 'cgroup'] as const

/** The other namespaces of a host. */
export function probeNamespaces(facts: Facts, tries: Tries): Finding {
  const name = 'namespaces'
  const refusal = firstRefusal(tries, kinds)
  if (refusal === undefined) return yes(name, kinds.join(', '), true)
  const refused = kinds.filter((kind) => tries.get(kind) !== undefined)
  const which = `${refused.length === kinds.length ? 'none' : `not ${refused.join(', ')}`} (${refusal.errno})`
  if (apparmorBites(facts, tries)) {
    return no(name, `${which}: AppArmor takes the capabilities away`, liftRestriction, true)
  }
  return no(name, which, openContainer(facts), true)
}
