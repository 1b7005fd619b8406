import { parseArgs } from 'node:util'
import { nearest } from '../../base/suggest.js'
import { UsageError } from './command.js'

/**
 * The kinds of options that netrig's commands have. `optional` has a value only behind an equals sign; a
 * `list` may be given more than once.
 */
export type OptionKinds = Readonly<Record<string, 'boolean' | 'string' | 'optional' | 'list'>>

/** What was typed: switches that were given, values, and the words between. */
export interface Parsed {
  readonly switches: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly lists: ReadonlyMap<string, readonly string[]>
  readonly words: readonly string[]
}

/**
 * Reads a command's arguments.
 *
 * @param most how many words may stand beside the options
 * @throws UsageError with the nearest option there is
 */
export function readOptions(args: readonly string[], kinds: OptionKinds, most: number): Parsed {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => {
      const type = kind === 'boolean' || kind === 'optional' ? 'boolean' : 'string'
      return [name, { type } as const]
    }),
  )
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const switches = new Set<string>()
  const values = new Map<string, string>()
  const lists = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const kind = Object.hasOwn(kinds, token.name) ? kinds[token.name] : undefined
    if (kind === undefined) throw unknownOption(token.rawName, Object.keys(kinds))
    if (kind === 'optional' && token.value !== undefined) values.set(token.name, token.value)
    else if (kind === 'optional') switches.add(token.name)
    else if (kind === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
      switches.add(token.name)
    } else {
      if (token.value === undefined) throw new UsageError(`${token.rawName} needs a value`)
      values.set(token.name, token.value)
      if (kind === 'list') lists.set(token.name, [...(lists.get(token.name) ?? []), token.value])
    }
  }
  if (words.length > most) throw new UsageError(`'${words[most]}' is one word too many`)
  return { switches, values, lists, words }
}

function unknownOption(raw: string, names: readonly string[]): UsageError {
  const meant = nearest(raw.replace(/^-+/, ''), names)
  const hint = meant === undefined ? '' : `; did you mean --${meant}?`
  return new UsageError(`there is no option ${raw}${hint}`)
}
