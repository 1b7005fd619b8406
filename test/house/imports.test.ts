import { expect, test } from 'vitest'
import { cyclesIn, edgesOf } from './support/graph.js'
import { importsOf } from './support/imports.js'

// The layers test is worth what its scanner sees.

test('every way to name a module is seen, with the line of the name', () => {
  const source = [
    "import a from './a.js'",
    "import type { B } from './b.js'",
    'import {',
    '  c,',
    '} from "./c.js"',
    "export * from './d.js'",
    "import './e.js'",
    "const f = await import('./f.js')",
    "type G = import('./g.js').G",
    "const h = require('./h.js')",
  ].join('\n')
  expect(importsOf(source).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
    '1 ./a.js',
    '2 ./b.js',
    '5 ./c.js',
    '6 ./d.js',
    '7 ./e.js',
    '8 ./f.js',
    '9 ./g.js',
    '10 ./h.js',
  ])
})

test('comments, strings and templates name nothing', () => {
  const source = [
    "// import a from './a.js'",
    "/* import b from './b.js' */",
    "/** @example import { c } from './c.js' */",
    "const d = `import d from './d.js' // `",
    'const e = "import e from \'./e.js\'"',
    'const f = /[\'"`]\\//.test(e)',
    "const g = 'https://example.org' // import g from './g.js'",
    "import h from './h.js'",
  ].join('\n')
  expect(importsOf(source)).toEqual([{ specifier: './h.js', line: 8 }])
})

test('a circle is found with the imports that make it, and a diamond is none', () => {
  const edges = (...names: [string, string][]) =>
    edgesOf(
      new Map(
        names.map(([from, to]) => [`src/${from}.ts`, [{ specifier: `./${to}.js`, line: 1 }]]),
      ),
    )
  expect(cyclesIn(edges(['a', 'b'], ['b', 'c']))).toEqual([])
  const diamond = [...edges(['a', 'b'], ['b', 'd']), ...edges(['a', 'c'], ['c', 'd'])]
  expect(cyclesIn(diamond)).toEqual([])
  const [circle] = cyclesIn(edges(['x', 'a'], ['a', 'b'], ['b', 'c'], ['c', 'a']))
  expect(circle?.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'src/a.ts src/b.ts',
    'src/b.ts src/c.ts',
    'src/c.ts src/a.ts',
  ])
})
