import type { Options } from 'execa'
import type { Prefix } from './prefix.js'

type Verbose = NonNullable<Options['verbose']>
type Line = { readonly type: string; readonly message: string; readonly escapedCommand: string }

/** What `verbose: 'short'` prints (lib/verbose/values.js in execa). */
const SHORT = new Set(['command', 'duration', 'error'])

function lineFunction(prefix: Prefix, level: unknown): unknown {
  if (level === 'none' || level === undefined) return level
  return (line: string, about: Line): string | undefined => {
    const shown = prefix.without(line)
    if (typeof level === 'function') {
      const message = prefix.without(about.message)
      const escapedCommand = prefix.without(about.escapedCommand)
      return level(shown, { ...about, message, escapedCommand })
    }
    return level === 'full' || SHORT.has(about.type) ? shown : undefined
  }
}

/** The option `verbose`, printing the person's command instead of how it is brought into its host. */
export function verboseWithout(prefix: Prefix, verbose: Verbose): Verbose {
  if (typeof verbose !== 'object') return lineFunction(prefix, verbose) as Verbose
  const entries = Object.entries(verbose).map(([fd, level]) => [fd, lineFunction(prefix, level)])
  return Object.fromEntries(entries) as Verbose
}
