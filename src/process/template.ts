import type { TemplateExpression } from 'execa'

type Expressions = readonly TemplateExpression[]

/** True for the first argument of a tagged template. */
export function isTemplate(value: unknown): value is TemplateStringsArray {
  return Array.isArray(value) && 'raw' in value
}

/**
 * Puts words before a template's own. execa spreads an array expression into words of their own, so
 * they are one more expression in front, behind an empty text.
 */
export function withPrefix(
  templates: TemplateStringsArray,
  expressions: Expressions,
  words: readonly string[],
): [TemplateStringsArray, ...TemplateExpression[]] {
  const [first, ...others] = templates
  // A template with a wrong escape has `undefined` for a text; execa says so.
  const cooked = ['', first === undefined ? first : ` ${first}`, ...others] as string[]
  const raw = ['', ` ${templates.raw[0]}`, ...templates.raw.slice(1)]
  return [Object.assign(cooked, { raw }), words, ...expressions]
}

/** True when a template holds no word at all. */
export function isEmptyTemplate(
  templates: TemplateStringsArray,
  expressions: Expressions,
): boolean {
  return (
    templates.every((text) => text !== undefined && text.trim() === '') &&
    expressions.every((expression) => Array.isArray(expression) && expression.length === 0)
  )
}

/** The first word of a template as far as it is plain text: which program is meant. */
export function firstWord(templates: TemplateStringsArray, expressions: Expressions): string {
  let word = ''
  for (const [index, text] of templates.entries()) {
    const rest = word === '' ? (text ?? '').trimStart() : (text ?? '')
    const end = rest.search(/\s/)
    if (end >= 0) return word + rest.slice(0, end)
    word += rest
    const expression = expressions[index]
    const first: unknown = Array.isArray(expression) ? expression[0] : expression
    if (typeof first === 'string' || typeof first === 'number') word += String(first)
    if (Array.isArray(expression) && expression.length > 1) return word
  }
  return word
}
