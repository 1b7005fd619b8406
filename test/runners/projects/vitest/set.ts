import { type FixtureOptions, test } from 'netrig/vitest'

/** Sets options for the rest of a file or `describe`: vitest 4.1 and later say `override`, those before `scoped`. */
export function set(labOptions: FixtureOptions): void {
  if (test.override === undefined) test.scoped({ labOptions })
  else test.override({ labOptions })
}
