import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/files.js'
import { cyclesIn, edgesOf, importsBySource } from './support/graph.js'

// Highest first. A file may import its own folder and what stands below it here.
const layers = [
  'adapters',
  'index.ts',
  'fixture',
  'lab',
  'wire',
  'process',
  'fault',
  'sandbox',
  'explore',
  'vm',
  'kernel',
  'ffi',
  'base',
]

const imports = importsBySource()
const edges = edgesOf(imports)
const layerOf = (file: string): string => file.split('/')[1] ?? ''

test('every folder of src/ is a layer', () => {
  const strangers = [...imports.keys()].filter((file) => !layers.includes(layerOf(file)))
  expect(strangers).toEqual([])
})

test('imports go down the layers', () => {
  const upward = edges
    .filter(({ from, to }) => layers.indexOf(layerOf(to)) < layers.indexOf(layerOf(from)))
    .map(({ from, line, to }) => `${from}:${line} imports ${to}, which is a layer above`)
  expect(upward).toEqual([])
})

test('imports name files that exist, inside src/', () => {
  const lost = edges
    .filter(({ to }) => !to.startsWith('src/') || !existsSync(join(root, to)))
    .map(({ from, line, to }) => `${from}:${line} imports ${to}`)
  expect(lost).toEqual([])
})

test('no file imports itself by way of others', () => {
  // Imports of types count: a circle of types is two files that are one noun.
  const circles = cyclesIn(edges).map((circle) =>
    circle.map(({ from, line, to }) => `${from}:${line} -> ${to}`).join('\n'),
  )
  expect(circles).toEqual([])
})

test('koffi is imported in src/ffi only', () => {
  const elsewhere = [...imports].flatMap(([file, named]) =>
    named
      .filter(({ specifier }) => specifier === 'koffi' || specifier.startsWith('koffi/'))
      .filter(() => layerOf(file) !== 'ffi')
      .map(({ line }) => `${file}:${line}`),
  )
  expect(elsewhere).toEqual([])
})
