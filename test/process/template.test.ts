import { expect, test } from 'vitest'
import { firstWord, isEmptyTemplate, isTemplate, withPrefix } from '../../src/process/template.js'

const parts = (templates: TemplateStringsArray, ...expressions: (string | number | string[])[]) =>
  [templates, expressions] as const

test('the first word is the program', () => {
  expect(firstWord(...parts`ls -l`)).toBe('ls')
  expect(firstWord(...parts`  ls`)).toBe('ls')
  expect(firstWord(...parts`${'/tmp/a b'} x`)).toBe('/tmp/a b')
  expect(firstWord(...parts`/tmp/${'x'}/y${1} z`)).toBe('/tmp/x/y1')
  expect(
    firstWord(
      ...parts`
    ${['/tmp/x', 'y']} z`,
    ),
  ).toBe('/tmp/x')
})

test('words go in front as one expression', () => {
  const [templates, ...expressions] = withPrefix(...parts`ls ${'x'}`, ['enter', '--'])
  expect([[...templates], expressions]).toEqual([
    ['', ' ls ', ''],
    [['enter', '--'], 'x'],
  ])
  expect(templates.raw).toEqual(['', ' ls ', ''])
})

test('an empty template is seen', () => {
  expect(isEmptyTemplate(...parts``)).toBe(true)
  expect(isEmptyTemplate(...parts`  ${[]} `)).toBe(true)
  expect(isEmptyTemplate(...parts`${''}`)).toBe(false)
  expect(isEmptyTemplate(...parts`x`)).toBe(false)
  expect(isTemplate(['x'])).toBe(false)
})
