import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { filesBelow, root } from './files.js'
import { type Import, importsOf } from './imports.js'

/** An import of one of our own files by another: who, where, whom. */
export interface Edge {
  readonly from: string
  readonly line: number
  readonly to: string
}

/** What every file below src/ names, by path from the top folder. */
export function importsBySource(): Map<string, Import[]> {
  return new Map(
    filesBelow(['src'], /\.ts$/).map((file) => [
      file,
      importsOf(readFileSync(join(root, file), 'utf8')),
    ]),
  )
}

/** The relative imports among them, as edges between files. */
export function edgesOf(imports: ReadonlyMap<string, readonly Import[]>): Edge[] {
  return [...imports].flatMap(([from, named]) =>
    named
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, line }) => ({
        from,
        line,
        to: normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts'),
      })),
  )
}

/** Each circle of imports once, as the edges that close it; empty where there is none. */
export function cyclesIn(edges: readonly Edge[]): Edge[][] {
  const out = new Map<string, Edge[]>()
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge])
  const done = new Set<string>()
  const cycles: Edge[][] = []
  const visit = (file: string, path: readonly Edge[]): void => {
    const start = path.findIndex((edge) => edge.from === file)
    if (start >= 0) {
      cycles.push(path.slice(start))
      return
    }
    if (done.has(file)) return
    for (const edge of out.get(file) ?? []) visit(edge.to, [...path, edge])
    done.add(file)
  }
  for (const file of out.keys()) visit(file, [])
  return cycles
}
