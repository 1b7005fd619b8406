/** Separators and control characters, as execa escapes them in `escapedCommand`. */
const SPECIAL = /\p{Separator}|\p{Other}/gu
const COMMON: Readonly<Record<string, string>> = {
  ' ': ' ',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}
const PLAIN = /^[\w./-]+$/

function escapeCharacter(character: string): string {
  const common = COMMON[character]
  if (common !== undefined) return common
  const code = character.codePointAt(0)!
  const hexadecimal = code.toString(16)
  return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\U${hexadecimal}`
}

/** A word of a command as execa prints it. */
function escapeWord(word: string): string {
  const escaped = word.replaceAll(SPECIAL, escapeCharacter)
  return PLAIN.test(escaped) ? escaped : `'${escaped.replaceAll("'", "'\\''")}'`
}

/**
 * The words that put a command into a host. execa counts them as the command's own, so they are taken
 * out again of all that people see.
 */
export class Prefix {
  readonly words: readonly string[]
  readonly #plain: string
  readonly #escaped: string

  constructor(words: readonly string[]) {
    this.words = words
    this.#plain = `${words.join(' ')} `
    this.#escaped = `${words.map(escapeWord).join(' ')} `
  }

  /** A text without the words, wherever in it they are first found. */
  without(text: string): string {
    return text.replace(this.#escaped, () => '').replace(this.#plain, () => '')
  }
}
