/** One host, as a lab's `info` tells it. */
export interface HostInfo {
  readonly name: string
  readonly kind: string
  readonly addresses: readonly string[]
}

/** What a lab tells of itself to whoever asks its socket: one line of JSON, written by its runner. */
export interface LabInfo {
  readonly id: string
  readonly name: string
  /** The runner. */
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly cwd: string
  /** Holds on after its runner is gone, for a person to look at. */
  readonly kept: boolean
  readonly hosts: readonly HostInfo[]
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/**
 * Reads the line. Another version of netrig may have written it, so what is missing is empty; undefined
 * when it is no object at all.
 */
export function parseLabInfo(line: string): LabInfo | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const info = record(value)
  const started =
    typeof info.startedAt === 'string' ? Date.parse(info.startedAt) : Number(info.startedAt)
  return {
    id: text(info.id),
    name: text(info.name),
    pid: Number(info.pid) || 0,
    startedAt: Number.isFinite(started) ? started : 0,
    cwd: text(info.cwd),
    kept: info.kept === true,
    hosts: list(info.hosts).map((host) => {
      const one = record(host)
      return {
        name: text(one.name),
        kind: text(one.kind),
        addresses: list(one.addresses).map(text),
      }
    }),
  }
}
