import { defineConfig } from 'vitest/config'

// Three kinds of tests, apart by name:
//   unit     *.test.ts          no privileges, no namespaces: `npm run check` runs them
//   kernel   *.kernel.test.ts   the real kernel, as root or as an ordinary user
//   house    test/house/        how the project itself is laid out
// and `runners`, which packs the package and downloads other test runners for it: on its own.
const runners = 'test/runners/**/*.test.ts'
const house = 'test/house/**/*.test.ts'
const kernel = ['test/**/*.kernel.test.ts', 'examples/**/*.test.ts']
const elsewhere = ['**/node_modules/**', 'test/runners/projects/**']

export default defineConfig({
  test: {
    // Labs are processes and devices: more workers than processors make timings lie.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    teardownTimeout: 20_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...kernel, runners, house],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'kernel',
          include: kernel,
          globalSetup: ['test/house/support/kernel-setup.ts'],
          exclude: [...elsewhere, runners],
          testTimeout: 30_000,
          // A teardown that hangs is a failure of its own; give it time to say so.
          hookTimeout: 20_000,
        },
      },
      {
        test: { name: 'house', include: [house], exclude: elsewhere, testTimeout: 120_000 },
      },
      {
        test: {
          name: 'runners',
          include: [runners],
          exclude: elsewhere,
          // npm downloads whole test runners here.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
