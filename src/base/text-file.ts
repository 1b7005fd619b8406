import { readFileSync } from 'node:fs'

/** A file's text, or undefined where it cannot be read: not there, gone meanwhile, or forbidden. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
