import { NetrigError } from '../../../base/errors.js'
import { nearest } from '../../../base/suggest.js'

export interface Token {
  readonly text: string
  /** From 0. */
  readonly at: number
}

/** Each is a piece of the filter that cannot be parted. */
const PIECES = /\s+|&&|\|\||[()!]|[\w.:/-]+/gy
const SIGNS: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not' }

/** The words of a filter, and where they stand. */
export class Tokens {
  readonly #filter: string
  readonly #what: string
  readonly #tokens: readonly Token[]
  #next = 0

  /**
   * @param what whose filter it is, as errors name it
   * @throws NetrigError INVALID_FILTER for a sign that no filter has
   */
  constructor(filter: string, what: string) {
    this.#filter = filter
    this.#what = what
    this.#tokens = this.#split()
  }

  /** The next word, without taking it; undefined at the end. */
  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#next + ahead]?.text
  }

  take(): Token {
    const token = this.#tokens[this.#next] ?? { text: '', at: this.#filter.length }
    this.#next += 1
    return token
  }

  /** Takes the next word if it is this one. */
  takes(text: string): boolean {
    if (this.peek() !== text) return false
    this.#next += 1
    return true
  }

  /**
   * The error for a word, which names where it stands.
   *
   * @param candidates words of which the nearest is named
   */
  wrong({ text, at }: Token, sentence: string, candidates: Iterable<string> = []): NetrigError {
    const meant = nearest(text, candidates)
    const where = text === '' ? 'at its end' : `'${text}' at character ${at + 1}`
    return new NetrigError(
      'INVALID_FILTER',
      `${this.#what}: filter '${this.#filter}', ${where}: ${sentence}.`,
      {
        operation: this.#what,
        object: 'filter',
        hint: `${meant === undefined ? '' : `did you mean '${meant}'? `}e.g. 'tcp port 80 and host 10.0.0.1'; docs/capture.md has all words`,
      },
    )
  }

  #split(): Token[] {
    const tokens: Token[] = []
    PIECES.lastIndex = 0
    for (let at = 0; at < this.#filter.length; at = PIECES.lastIndex) {
      const piece = PIECES.exec(this.#filter)?.[0]
      if (piece === undefined) {
        throw this.wrong({ text: this.#filter[at]!, at }, 'no filter has this sign')
      }
      if (piece.trim() !== '') tokens.push({ text: SIGNS[piece] ?? piece, at })
    }
    return tokens
  }
}
