import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's top folder. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

const notOurs = new Set(['node_modules', 'dist', 'build', 'bin', 'coverage'])

/** Files below some top-level folders, as sorted paths from the top, without what is generated. */
export function filesBelow(folders: readonly string[], ending: RegExp): string[] {
  const found: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory() && !notOurs.has(entry.name)) walk(`${folder}/${entry.name}`)
      else if (entry.isFile() && ending.test(entry.name)) found.push(`${folder}/${entry.name}`)
    }
  }
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder)
  return found.sort()
}
