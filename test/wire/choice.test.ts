import { expect, test } from 'vitest'
import { chooseEngine, noNetem } from '../../src/wire/choice.js'
import { type LinkConditions, parseConditions, perfect } from '../../src/wire/conditions/index.js'

const of = (options: LinkConditions) => parseConditions(options, 'link')
const pattern = of({ loss: { pattern: '.x' } })
const yes = () => true
const no = () => false

test('auto takes netem where it is and can, else the relay', () => {
  expect(chooseEngine('auto', yes, [perfect, of({ delay: 5 })], 'link')).toBe('netem')
  expect(chooseEngine('auto', no, [perfect, of({ delay: 5 })], 'link')).toBe('relay')
  // One direction that netem cannot do takes the whole link along.
  expect(chooseEngine('auto', yes, [perfect, pattern], 'link')).toBe('relay')
})

test('a lab that was told does as it was told', () => {
  const never = () => {
    throw new Error('asked')
  }
  expect(chooseEngine('relay', never, [of({ delay: 5 })], 'link')).toBe('relay')
  expect(chooseEngine('netem', never, [of({ delay: 5 })], 'link')).toBe('netem')
  expect(() => chooseEngine('netem', never, [pattern], 'link a-b')).toThrow(
    "link a-b: the engine 'netem' cannot do the condition loss (pattern).",
  )
})

test('a kernel without netem is told with two ways out', () => {
  expect(noNetem('netem on device number 1 (ENOENT)')).toMatchObject({
    code: 'UNSUPPORTED',
    hint: expect.stringMatching(/'relay'.*netrig vm/),
  })
})
