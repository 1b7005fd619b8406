import { expect, test } from 'vitest'
import { Turns } from '../../src/base/turns.js'

test('the first begins at once, the others when those before are over', async () => {
  const turns = new Turns()
  const said: string[] = []
  const work =
    (name: string, fails = false) =>
    async () => {
      said.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 1))
      said.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    }
  const first = turns.take(work('first', true))
  expect(said).toEqual(['first begins'])
  const second = turns.take(work('second'))
  await expect(first).rejects.toThrow('first')
  expect(await second).toBe('second')
  expect(said).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
  const third = turns.take(work('third'))
  await third
  expect(turns.take(work('fourth'))).toBeInstanceOf(Promise)
  expect(said.at(-1)).toBe('fourth begins')
})
