import { chownSync } from 'node:fs'
import { handControllers } from './controllers.js'
import { makeGroup, readControl, removeGroup, tryControl, writeControl } from './files.js'
import { HostCgroup } from './host-cgroup.js'
import { type CgroupLimits, limitSource, limitsAsked, settingsFor } from './limits.js'
import { cgroupSupport } from './plan.js'
import { type CgroupSupport, type LimitName, legacyControllers } from './support.js'

/** How a lab's groups are named: `netrig-` and the lab's id of ten hexadecimal digits. */
export function labGroupName(labId: string): string {
  return `netrig-${labId}`
}

/** What `LabCgroup.plan` may be told. */
export interface LabCgroupOptions {
  /** The uid that is root in the lab, when it is not this process's: it gets what clone3 needs. */
  readonly owner?: number | undefined
  /** By default what {@link cgroupSupport} says. */
  readonly support?: CgroupSupport | undefined
}

/**
 * A lab's control groups:
 *
 *     <v2 base>/netrig-<lab>/keeper/      the lab's own process
 *                           /h<ID>/       a host's limits; never delegated
 *                           /h<ID>/in/    the host's processes, unless the files above are another uid's
 *     <v1 base>/netrig-<lab>/h<ID>/       only where v1 carries a limit that was asked for
 */
export class LabCgroup {
  readonly #name: string
  #owner: number | undefined

  private constructor(
    readonly support: CgroupSupport,
    /** The lab's v2 folder. */
    readonly unified: string | undefined,
    name: string,
    owner: number | undefined,
  ) {
    this.#name = name
    this.#owner = owner
  }

  /**
   * Says where the lab's groups will be; undefined where this process may make none at all (labs run
   * without). The supervisor makes `netrig-<lab>` and `keeper`: made here, they would stay when this
   * process is killed before there is a supervisor.
   */
  static plan(labId: string, options: LabCgroupOptions = {}): LabCgroup | undefined {
    let support = options.support ?? cgroupSupport()
    const gone =
      support.v2.base !== undefined && readControl(`${support.v2.base}/cgroup.procs`) === undefined
    if (gone && options.support === undefined) support = cgroupSupport(true)
    const legacy = legacyControllers.some((name) => support.v1[name].base !== undefined)
    if (support.v2.base === undefined && !legacy) return undefined
    const name = labGroupName(labId)
    const unified = support.v2.base === undefined ? undefined : `${support.v2.base}/${name}`
    return new LabCgroup(support, unified, name, options.owner)
  }

  /**
   * Says who is root in the lab after all: where idmapped mounts are impossible it is not the
   * unprivileged uid that was planned, and real root in a user namespace may not write what belongs to
   * a uid that is not mapped there. Before the first {@link host}.
   */
  setOwner(uid: number): void {
    this.#owner = uid
  }

  /**
   * Every folder that must be gone at the end, with all below it. v1's are made when a limit first
   * needs them, so some may not exist.
   */
  get directories(): readonly string[] {
    const legacy = legacyControllers.flatMap((name) => this.#legacyFolder(name) ?? [])
    return [...(this.unified === undefined ? [] : [this.unified]), ...new Set(legacy)]
  }

  /**
   * Makes a host's groups with its limits set, before anything runs in them. Called again for the
   * same host it sets the limits anew.
   *
   * @throws NetrigError `UNSUPPORTED` for a limit that no hierarchy carries (`pids`: ask
   * `support.limits.pids` first and use RLIMIT_NPROC), `INVALID_OPTION` for one that is no number
   */
  host(hostId: number | string, limits: CgroupLimits = {}): HostCgroup {
    const asked = limitsAsked(limits)
    const carried = asked.map(([name]) => [name, limitSource(this.support, name)] as const)
    const group = `h${hostId}`
    const unified = this.unified === undefined ? undefined : `${this.unified}/${group}`
    if (unified !== undefined) {
      const names = carried.filter(([, version]) => version === 2).map(([name]) => name)
      if (names.length > 0) {
        handControllers(this.support.v2.base!, names)
        handControllers(this.unified!, names)
      }
      makeGroup(unified)
    }
    const legacy = new Map<LimitName, string>()
    for (const [name, version] of carried) {
      if (version === 1) legacy.set(name, this.#legacyHost(name, group))
    }
    for (const [name, value] of asked) {
      const version = legacy.has(name) ? 1 : 2
      for (const setting of settingsFor(name, value, version)) {
        const file = `${legacy.get(name) ?? unified}/${setting.file}`
        if (setting.optional) tryControl(file, setting.value)
        else writeControl(file, setting.value)
      }
    }
    const inside = this.#makeInside(unified)
    return new HostCgroup(unified, inside, legacy)
  }

  /** Removes what is empty. The supervisor does the same at the end, also when this process is gone. */
  remove(): void {
    for (const folder of this.directories) removeGroup(folder)
  }

  #legacyFolder(name: (typeof legacyControllers)[number]): string | undefined {
    const base = this.support.v1[name].base
    return base === undefined ? undefined : `${base}/${this.#name}`
  }

  #legacyHost(name: LimitName, group: string): string {
    const folder = this.#legacyFolder(name)!
    makeGroup(folder)
    makeGroup(`${folder}/${group}`)
    return `${folder}/${group}`
  }

  /**
   * The folder for a host's processes, into which the lab's root may put them. It needs cgroup.procs of that
   * folder and of the common ancestor, and no more. Where that root is another uid than ours, the limits'
   * files beside it are out of its reach, and a second folder (0.04 ms each) is spared.
   */
  #makeInside(unified: string | undefined): string | undefined {
    if (unified === undefined) return undefined
    const ours = this.#owner === undefined || this.#owner === process.geteuid?.()
    const inside = ours ? `${unified}/in` : unified
    if (ours) makeGroup(inside)
    else chownSync(`${inside}/cgroup.procs`, this.#owner!, this.#owner!)
    return inside
  }
}
