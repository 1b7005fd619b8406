import { readFileSync } from 'node:fs'

/** netrig's version; package.json lies three folders up in a checkout as in the package. */
export function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
