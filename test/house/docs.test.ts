import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { blocksOf, errorsInDocuments, programsOf, writeProject } from './support/docs.js'
import { filesBelow, root } from './support/files.js'

const documents = ['README.md', ...filesBelow(['docs', 'examples'], /\.md$/)].filter((file) =>
  existsSync(join(root, file)),
)
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const blocks = documents.flatMap((file) => blocksOf(file, textOf(file)))

test('a TypeScript block is a program of its own, or says that it continues the one before', () => {
  const others = blocks
    .filter(({ info }) => info !== '' && info !== 'continues')
    .map(({ file, line, info }) => `${file}:${line} \`\`\`ts ${info}`)
  expect(others).toEqual([])
})

test('TypeScript in the documents is right', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-docs-'))
  try {
    writeProject(folder, programsOf(blocks))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    // Errors of the project as a whole have no file: nothing would have been checked then.
    expect(stdout.split('\n').filter((line) => line.startsWith('error '))).toEqual([])
    expect(errorsInDocuments(stdout)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('links between documents lead somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  )
  expect(broken).toEqual([])
})

test('npm scripts named in the documents exist', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const missing = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\bnpm run (?:--?\S+ )*([\w:-]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !(name in scripts))
      .map((name) => `${file}: npm run ${name}`),
  )
  expect(missing).toEqual([])
})
