import { basename } from 'node:path'

/** Programs of which the first argument that is no option is the program, as people see it. */
const INTERPRETERS = /^(node|deno|bun|tsx|python[\d.]*|perl|ruby|php|lua[\d.]*|(ba|da|z|k)?sh)$/

/** The script that an interpreter is to run, where the command plainly names one: `node server.js`. */
export function scriptFile(file: string, args: readonly unknown[]): string | undefined {
  if (!INTERPRETERS.test(basename(file))) return undefined
  const [first] = args
  return typeof first === 'string' && first !== '' && !first.startsWith('-') ? first : undefined
}
