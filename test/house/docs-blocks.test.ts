import { expect, test } from 'vitest'
import { blocksOf, errorsInDocuments, moduleOf, programsOf } from './support/docs.js'

// The documents test is worth what it finds in a document.

const text = [
  '# A document', //                        1
  '```ts', //                               2
  'const x = 1', //                         3
  '```', //                                 4
  'words', //                               5
  '```ts continues', //                     6
  'console.log(x)', //                      7
  '```', //                                 8
  '```sh', //                               9
  'npm test', //                           10
  '```', //                                11
  '1. in a list', //                       12
  '   ```typescript', //                   13
  '   const y = 2', //                     14
  '   ```', //                             15
].join('\n')

test('TypeScript blocks are found, also in lists, and those that continue are one program', () => {
  const programs = programsOf(blocksOf('docs/a.md', text))
  expect(programs.map((program) => program.map(({ line }) => line))).toEqual([[2, 6], [13]])
})

test('a program has the lines of its document', () => {
  const [first] = programsOf(blocksOf('docs/a.md', text))
  const lines = moduleOf(first ?? []).split('\n')
  expect(lines[2]).toBe('const x = 1')
  expect(lines[6]).toBe('console.log(x)')
})

test("the compiler's words are turned to the document; other files are no concern here", () => {
  const output = [
    'docs__a.md.L2.ts(3,7): error TS2322: no',
    '../src/lab/lab.ts(1,1): error TS1: not here',
  ].join('\n')
  expect(errorsInDocuments(output)).toEqual(['docs/a.md:3:7 error TS2322: no'])
})
