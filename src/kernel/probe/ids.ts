import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'

/** Ids that a lab wants: as many as container runtimes give. */
const wanted = 65_536

/** How many ids a file of subuid(5) gives a user: `name-or-uid:first:count`. The largest range counts. */
export function largestRange(text: string, facts: Pick<Facts, 'user' | 'uid'>): number {
  let largest = 0
  for (const line of text.split('\n')) {
    const [owner, first, count] = line.trim().split(':')
    if (owner !== facts.user && owner !== String(facts.uid)) continue
    if (first === undefined || count === undefined) continue
    largest = Math.max(largest, Number(count) || 0)
  }
  return largest
}

/** More ids than one for the labs of ordinary users: newuidmap(1) and subuid(5). */
export function probeIds(facts: Facts): Finding {
  const name = 'newuidmap'
  if (facts.uid === 0) return yes(name, 'root needs none')
  const instead = 'labs have one uid and gid, so programs cannot change theirs'
  if (facts.newuidmap === undefined || facts.newgidmap === undefined) {
    return no(name, `not installed: ${instead}`, install(facts))
  }
  const uids = largestRange(facts.subuid, facts)
  const gids = largestRange(facts.subgid, facts)
  if (uids < wanted || gids < wanted) {
    const file = uids < wanted ? 'subuid' : 'subgid'
    return no(
      name,
      `/etc/${file} gives ${facts.user} ${Math.min(uids, gids)} ids of ${wanted}: ${instead}`,
      `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${facts.user}`,
    )
  }
  return yes(name, `${facts.newuidmap}, ${uids} uids and ${gids} gids`)
}

/** The package that has newuidmap, where its name is known. */
function install(facts: Facts): string | undefined {
  if (/debian|ubuntu/.test(facts.distribution)) return 'sudo apt install uidmap'
  if (/fedora|rhel/.test(facts.distribution)) return 'sudo dnf install shadow-utils'
  return /alpine/.test(facts.distribution) ? 'sudo apk add shadow-uidmap' : undefined
}
