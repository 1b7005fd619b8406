import { cgroupSupport } from '../cgroup/plan.js'
import type { CgroupSupport } from '../cgroup/support.js'
import { probeApparmor } from './apparmor.js'
import { probeCgroupV1, probeCgroupV2, probeLimits } from './cgroups.js'
import { type Facts, machineFacts } from './facts.js'
import type { Finding } from './finding.js'
import { probeIdmap } from './idmap.js'
import { probeIds } from './ids.js'
import { probeMounts, probeOverlay } from './mounts.js'
import { probeNamespaces } from './namespaces.js'
import {
  probeDestroy,
  probeLinks,
  probeNetem,
  probeNftables,
  probePacket,
  probeTun,
} from './network.js'
import { runTries, type Tries, type TryOptions } from './tries.js'
import { probeUserNamespaces } from './user-namespaces.js'

/** All that was found. */
export interface Report {
  readonly findings: readonly Finding[]
  /** All that labs need is there. */
  readonly labs: boolean
  /**
   * Whose rights to the machine's files a program has that is root in a lab: this user's, or those of
   * the machine's root, because there its files cannot be shown by idmapped mounts.
   */
  readonly fileRights: 'user' | 'tamed' | 'root'
}

/** Root types commands as they are. */
function withoutSudo(finding: Finding): Finding {
  return finding.fix === undefined
    ? finding
    : { ...finding, fix: finding.fix.replace(/^sudo /, '') }
}

/** Judges what was tried and read; apart from the machine, for tests. */
export function judge(
  facts: Facts,
  tries: Tries,
  cgroups: CgroupSupport,
  options: TryOptions,
): Report {
  const idmap = probeIdmap(facts, tries, options.folders ?? [])
  const findings = [
    probeUserNamespaces(facts, tries),
    probeApparmor(facts, tries),
    probeNamespaces(facts, tries),
    probeMounts(facts, tries),
    probeLinks(facts, tries),
    probeNftables(facts, tries),
    probePacket(facts, tries),
    probeNetem(facts, tries),
    probeDestroy(facts, tries),
    probeIds(facts),
    idmap,
    probeOverlay(facts, tries),
    probeCgroupV2(cgroups),
    probeCgroupV1(cgroups),
    probeLimits(cgroups),
    probeTun(facts, tries),
  ].map((finding) => (facts.uid === 0 ? withoutSudo(finding) : finding))
  const tamed = idmap.ok && options.tame !== undefined
  return {
    findings,
    labs: findings.every((finding) => finding.ok || !finding.needed),
    fileRights: facts.uid !== 0 ? 'user' : tamed ? 'tamed' : 'root',
  }
}

/**
 * Tries all that netrig can use on this machine: about 100 ms, nothing is left behind.
 *
 * @param options what a lab of this process would be made with
 * @throws NetrigError `HELPER_MISSING` when netrig is not built
 */
export function probeMachine(options: TryOptions = {}): Report {
  return judge(machineFacts(), runTries(options), cgroupSupport(), options)
}
