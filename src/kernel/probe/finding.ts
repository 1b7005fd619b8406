/** One thing that netrig can use, and whether it is there. */
export interface Finding {
  /** Stable, for `--json`: `user-namespaces`. */
  readonly name: string
  readonly ok: boolean
  /** Labs cannot run without it. */
  readonly needed: boolean
  /** What was found, or what is in the way and what netrig does instead. */
  readonly why: string
  /** A command that mends it, where there is one. */
  readonly fix?: string | undefined
}

/** A thing that is there. */
export function yes(name: string, why: string, needed = false): Finding {
  return { name, ok: true, needed, why }
}

/** A thing that is not. */
export function no(name: string, why: string, fix?: string, needed = false): Finding {
  return { name, ok: false, needed, why, ...(fix === undefined ? {} : { fix }) }
}
