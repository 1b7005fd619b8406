import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import type { Tries, TryName } from './tries.js'

/**
 * Idmapped mounts show root's files to a lab whose root is mapped to an unprivileged range. Only root
 * can make them, and only root needs them.
 */
export function probeIdmap(facts: Facts, tries: Tries, folders: readonly string[]): Finding {
  const name = 'idmapped-mounts'
  if (facts.uid !== 0) return yes(name, "not needed: a lab has this user's file rights")
  for (const [index, folder] of folders.entries()) {
    const refusal = tries.get(`idmap.${index}` as TryName)
    if (refusal === undefined) continue
    const why = `${folder}: ${refusal.errno} at ${refusal.step}`
    if (refusal.errno === 'EINVAL') {
      return no(name, `${why}: its file system cannot (mount_setattr(2) has a list)`)
    }
    return no(name, refusal.errno === 'ENOSYS' ? `${why}: Linux 5.12 and later have them` : why)
  }
  return yes(
    name,
    folders.length === 0 ? 'no folder needs one' : `tried with ${folders.join(', ')}`,
  )
}
