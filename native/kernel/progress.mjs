// Says how far a build is: one line that is written over on a terminal, a line now and then elsewhere.

/** Objects that make compiles; only the estimate depends on it. */
const OBJECTS = 1700
const QUIET_MS = 15_000

/** Reads what make prints; `end()` leaves the terminal's line. */
export function createProgress(stream = process.stderr) {
  const started = Date.now()
  let done = 0
  let said = started

  const line = (what) => {
    const seconds = Math.round((Date.now() - started) / 1000)
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    const percent = Math.min(99, Math.floor((100 * done) / OBJECTS))
    return `kernel: ${String(percent).padStart(2)}%  ${clock}  ${what}`
  }

  return {
    /** Objects so far. */
    get done() {
      return done
    },
    saw(text) {
      const [, file] = /^\s+(?:CC|AS|AR|LD|LINK|HOSTCC)\s+(\S+)/.exec(text) ?? []
      if (file === undefined) return
      if (/^\s+CC\s/.test(text)) done += 1
      if (stream.isTTY) {
        stream.write(`\r\x1b[K${line(file).slice(0, (stream.columns ?? 80) - 1)}`)
      } else if (Date.now() - said > QUIET_MS) {
        said = Date.now()
        stream.write(`${line(file)}\n`)
      }
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}
