import { cli } from '../../../src/adapters/cli/cli.js'

/** Runs `netrig` in this process and keeps what it says. */
export async function netrig(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const died: string[] = []
  const code = await cli(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    cwd: process.cwd(),
    die: (signal) => died.push(signal),
  })
  return { code, out: out.join('\n'), err: err.join('\n'), died }
}
