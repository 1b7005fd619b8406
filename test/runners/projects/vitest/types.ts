import { type FixtureOptions, type Lab, test } from 'netrig/vitest'
import { expectTypeOf } from 'vitest'

test('the lab is a lab', async ({ lab, labOptions, task }) => {
  expectTypeOf(lab).toEqualTypeOf<Lab>()
  expectTypeOf(labOptions).toEqualTypeOf<FixtureOptions>()
  const [a] = lab.hosts('a', 'b')
  expectTypeOf(a.name).toEqualTypeOf<string>()
  expectTypeOf(task.name).toEqualTypeOf<string>()
  // @ts-expect-error there is no such thing
  lab.nothing()
})

test.concurrent('variants have it, too', async ({ lab }) => {
  expectTypeOf(lab).toEqualTypeOf<Lab>()
})

const more = test.extend<{ two: number }>({
  two: async ({ lab }, use) => {
    expectTypeOf(lab).toEqualTypeOf<Lab>()
    await use(2)
  },
})

more('other fixtures build on it', ({ two, lab }) => {
  expectTypeOf(two).toEqualTypeOf<number>()
  expectTypeOf(lab).toEqualTypeOf<Lab>()
})
