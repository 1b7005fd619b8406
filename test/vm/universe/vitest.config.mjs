import { defineConfig } from 'vitest/config'

// For test/vm/universe.kernel.test.ts, which runs it in netrig vm.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['race.mjs'],
    pool: 'threads',
    reporters: ['verbose'],
    testTimeout: 600_000,
  },
})
