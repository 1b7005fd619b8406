/** How far an exploration is. */
export interface Progress {
  readonly done: number
  readonly failed: number
  /** Universes that run now. */
  readonly running: number
  /** Undefined when there is no end to it. */
  readonly total: number | undefined
  /** Milliseconds since it began. */
  readonly elapsed: number
}

/** Universes a minute: `34.2 a minute`; undefined until one has ended. */
export function rateText(done: number, elapsed: number): string | undefined {
  if (done === 0 || elapsed <= 0) return undefined
  return `${((done / elapsed) * 60_000).toFixed(1)} a minute`
}

/** `1h 5m`, `2m 10s`, `9s`, `0.4s`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`
  const seconds = Math.round(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}

/** One line: `37/200 done, 1 failed, 34.2 a minute, 4m 46s left`. */
export function progressText({ done, failed, running, total, elapsed }: Progress): string {
  const rate = rateText(done, elapsed)
  const parts = [
    total === undefined ? `${done} done` : `${done}/${total} done`,
    `${failed} failed`,
    rate ?? `${running} running`,
  ]
  if (rate !== undefined && total !== undefined && done < total) {
    parts.push(`${timeText(((total - done) * elapsed) / done)} left`)
  }
  return parts.join(', ')
}
