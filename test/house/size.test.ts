import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesBelow, root } from './support/files.js'

// One noun, one file; a file past this is asking to be two.
const MOST_LINES = 300

test(`no file is longer than ${MOST_LINES} lines`, () => {
  const long = filesBelow(
    ['src', 'native', 'test', 'examples', 'bench', 'scripts'],
    /\.(ts|mts|js|mjs|c|h)$/,
  )
    .map((file) => ({
      file,
      lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length,
    }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file}: ${lines} lines`)
  expect(long).toEqual([])
})
