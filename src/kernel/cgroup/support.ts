/** v1 hierarchies of which netrig can make use. */
export const legacyControllers = ['memory', 'cpu', 'cpuset', 'pids'] as const
export type LegacyController = (typeof legacyControllers)[number]

/** What a host can be limited in. */
export const limitNames = ['memory', 'cpu', 'pids'] as const
export type LimitName = (typeof limitNames)[number]

/** A folder in which groups can be made, or why there is none. */
export type Place =
  | {
      readonly base: string
      readonly why?: undefined
      readonly fix?: undefined
      readonly absent?: undefined
    }
  | {
      readonly base?: undefined
      readonly why: string
      readonly fix?: string | undefined
      /** The hierarchy itself is not there, so no permission would help. */
      readonly absent?: boolean
    }

/** Where this process may make control groups, and what they can do there. */
export interface CgroupSupport {
  /** The unified hierarchy. */
  readonly v2: Place
  /** One v1 hierarchy per controller. */
  readonly v1: Readonly<Record<LegacyController, Place>>
  /** Controllers that v2's base hands to its children already. */
  readonly ready: readonly string[]
  /** Controllers of v2's base that still have to be switched on for its children, and can be. */
  readonly obtainable: readonly string[]
  /** Which hierarchy would carry a limit; undefined where none can. */
  readonly source: Readonly<Record<LimitName, 1 | 2 | undefined>>
  /** Which limits work. */
  readonly limits: Readonly<Record<LimitName, boolean>>
  /** v2's freezer works (v1's is never used: SIGKILL waits for its thaw). */
  readonly freeze: boolean
  /** Folders, nearest first, in which this or an earlier run may have left groups. */
  readonly searched: readonly string[]
}
