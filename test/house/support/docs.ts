import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './files.js'

/** A block of code in a document. */
export interface Block {
  readonly file: string
  /** The line of its fence, from 1. */
  readonly line: number
  /** What stands after the fence's language. */
  readonly info: string
  readonly code: readonly string[]
}

/** The TypeScript blocks of a document. */
export function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = []
  let open: { line: number; fence: string; info: string | undefined; code: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence = '', language = '', info = ''] =
      /^\s*(`{3,}|~{3,})(\S*)\s*(.*)$/.exec(line) ?? []
    if (open === undefined) {
      const wanted = /^(ts|mts|tsx|typescript)$/.test(language)
      if (fence) open = { line: index + 1, fence, info: wanted ? info.trim() : undefined, code: [] }
    } else if (fence.startsWith(open.fence) && language === '') {
      const { line: at, info: words, code } = open
      if (words !== undefined) blocks.push({ file, line: at, info: words, code })
      open = undefined
    } else open.code.push(line)
  }
  return blocks
}

/**
 * Blocks that form one program: a block opened with ```ts continues goes on where the one before it
 * in its document ended.
 */
export function programsOf(blocks: readonly Block[]): Block[][] {
  const programs: Block[][] = []
  for (const block of blocks) {
    const last = programs.at(-1)
    if (block.info === 'continues' && last?.[0]?.file === block.file) last.push(block)
    else programs.push([block])
  }
  return programs
}

/** A program as a module whose lines are those of its document, so that errors say where they are. */
export function moduleOf(program: readonly Block[]): string {
  const lines: string[] = []
  for (const { line, code } of program) {
    while (lines.length < line) lines.push('')
    lines.push(...code)
  }
  return [...lines, 'export {}', ''].join('\n')
}

/**
 * Lays a TypeScript project in `folder` that holds each program as `<document>.L<line>.ts`, and sees
 * the package by its names, from its sources.
 */
export function writeProject(folder: string, programs: readonly (readonly Block[])[]): void {
  const check = JSON.parse(
    readFileSync(join(root, 'tsconfig.check.json'), 'utf8').replace(/^\s*\/\/.*$/gm, ''),
  ) as { compilerOptions: { paths: Record<string, string[]> } }
  const paths = Object.fromEntries(
    Object.entries(check.compilerOptions.paths).map(([name, files]) => [
      name,
      files.map((file) => join(root, file)),
    ]),
  )
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const config = {
    extends: join(root, 'tsconfig.check.json'),
    compilerOptions: {
      rootDir: '/',
      // Jest's globals look to TypeScript like vitest's, and need no packages of their own here.
      types: ['node', 'vitest/globals'],
      paths: { ...paths, '@jest/globals': [join(root, 'node_modules/vitest/dist/index.d.ts')] },
    },
    include: ['*.ts'],
    files: [join(root, 'test/house/support/docs-names.ts')],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  // Modules are ESM, as in the package.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const program of programs) {
    const [first] = program
    if (first === undefined) continue
    const name = `${first.file.replaceAll('/', '__')}.L${first.line}.ts`
    writeFileSync(join(folder, name), moduleOf(program))
  }
}

/**
 * What the compiler said of programs, in terms of their documents, and of the names they share; what
 * it said of other files is another check's concern.
 */
export function errorsInDocuments(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const [shared] = /test\/house\/support\/docs-names\.ts\(.*$/.exec(line) ?? []
    if (shared !== undefined) return [shared]
    const match = /^(\S+)\.L\d+\.ts\((\d+),(\d+)\): (.*)$/.exec(line)
    if (match === null) return []
    const [, file = '', row, column, message] = match
    const document = file.slice(file.lastIndexOf('/') + 1).replaceAll('__', '/')
    return [`${document}:${row}:${column} ${message}`]
  })
}
