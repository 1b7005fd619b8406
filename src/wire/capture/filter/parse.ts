import { NetrigError } from '../../../base/errors.js'
import { type Known, PrimitiveReader, WORDS } from './primitive.js'
import type { Expression } from './syntax.js'
import { Tokens } from './tokens.js'

/**
 * Reads a filter: a part of the language of pcap-filter(7).
 *
 * @param what whose filter it is, as errors name it: `host.capture`
 * @param known names that may stand for addresses
 * @returns undefined for an empty one, which lets everything pass
 * @throws NetrigError INVALID_FILTER with the place of what cannot be read
 */
export function parseFilter(filter: string, what: string, known: Known): Expression | undefined {
  if (typeof filter !== 'string') {
    throw new NetrigError('INVALID_FILTER', `${what}: a filter is a text.`, {
      operation: what,
      object: 'filter',
      hint: "e.g. 'tcp port 80 and host 10.0.0.1'",
    })
  }
  const tokens = new Tokens(filter, what)
  if (tokens.peek() === undefined) return undefined
  const expression = readExpression(tokens, new PrimitiveReader(tokens, known))
  const rest = tokens.take()
  if (rest.text === '') return expression
  if (rest.text === ')') throw tokens.wrong(rest, 'nothing was opened here')
  if (!WORDS.includes(rest.text)) throw tokens.wrong(rest, 'no filter has this word here', WORDS)
  throw tokens.wrong(rest, "'and' or 'or' is missing before it")
}

/**
 * `and` and `or` bind alike in pcap-filter(7), from left to right, and nearly everywhere else `and` binds
 * closer. Where that makes a difference the filter is refused.
 */
function readExpression(tokens: Tokens, primitives: PrimitiveReader): Expression {
  let left = readTerm(tokens, primitives)
  let or = false
  for (;;) {
    const word = tokens.peek()
    if (word !== 'and' && word !== 'or') return left
    const token = tokens.take()
    if (word === 'and' && or) {
      throw tokens.wrong(token, "'or' and then 'and' can be read in two ways: put parentheses")
    }
    or ||= word === 'or'
    left = { kind: word, left, right: readTerm(tokens, primitives) }
  }
}

function readTerm(tokens: Tokens, primitives: PrimitiveReader): Expression {
  if (tokens.takes('not')) return { kind: 'not', of: readTerm(tokens, primitives) }
  if (!tokens.takes('(')) return primitives.read()
  const inner = readExpression(tokens, primitives)
  const close = tokens.take()
  if (close.text !== ')') throw tokens.wrong(close, "a ')' is missing")
  return inner
}
