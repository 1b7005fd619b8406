import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const sources = fileURLToPath(new URL('../programs/', import.meta.url))
const ready = new Map<string, string>()
let folder: string | undefined

// In whichever file imports this: a worker of vitest's ends without an exit event. The next file may be of the
// same worker (`--no-isolate`) and makes a folder of its own.
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  folder = undefined
  ready.clear()
})

/** Compiles one of the programs of these tests, once; where it is. Its parts begin with its name. */
export function program(name: string, ...parts: readonly string[]): string {
  let file = ready.get(name)
  if (file === undefined) {
    folder ??= mkdtempSync(join(tmpdir(), 'netrig-robust-'))
    const own = readdirSync(sources).filter((one) => one.startsWith(name) && one.endsWith('.c'))
    const files = [...own, ...parts].map((one) => join(sources, one))
    file = join(folder, name)
    execFileSync(process.env.CC ?? 'cc', ['-O1', '-Wall', '-o', file, ...files])
    ready.set(name, file)
  }
  return file
}
