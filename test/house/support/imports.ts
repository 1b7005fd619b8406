/** One module named by a file, and where. */
export interface Import {
  readonly specifier: string
  readonly line: number
}

// What may precede a module's name: `from`, a bare `import`, and both kinds of calls.
const named =
  /(?:\bfrom\s*|\bimport\s*|\bimport\s*\(\s*|\brequire\s*\(\s*)(?:'([^'\n]+)'|"([^"\n]+)")/g

/**
 * All modules that a TypeScript source names: imports, re-exports, dynamic imports, types written as
 * `import('...')`, require. A scanner of our own, because TypeScript 7 no longer comes with a parser
 * to call.
 */
export function importsOf(source: string): Import[] {
  const found: Import[] = []
  const code = withoutComments(source)
  for (const match of code.matchAll(named)) {
    const before = code.slice(0, match.index)
    // Text inside a template or string, e.g. a program that a test writes to a file.
    if (insideText(before)) continue
    const upToName = before + match[0]
    found.push({
      specifier: match[1] ?? match[2] ?? '',
      line: upToName.split('\n').length,
    })
  }
  return found
}

const tokens =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:[!&|?{}\n;]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*\//g

/** Comments become spaces, so that lines stay where they were; strings and patterns are kept. */
function withoutComments(source: string): string {
  return source.replace(tokens, (token) =>
    token.startsWith('//') || token.startsWith('/*') ? token.replace(/[^\n]/g, ' ') : token,
  )
}

/** Whether the end of this code lies inside a template literal or a string. */
function insideText(code: string): boolean {
  return /[`'"]/.test(code.replace(tokens, ''))
}
