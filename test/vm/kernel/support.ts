import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A folder of the machine that the vm sees when it is named in a command; gone after the test. */
export function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-kernel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Compiles a C file that lies here; answers the path of the program. */
export function compiled(name: string): string {
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url))
  const program = join(folderForTest(), name)
  const flags = ['-O2', '-static', '-pthread', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror']
  execFileSync('cc', [...flags, '-o', program, source])
  return program
}
