import { expect, test } from 'vitest'
import { readVm } from '../../src/adapters/cli/vm.js'
import { planVm } from '../../src/vm/options.js'
import { planWords, replayEnv, replayLine } from '../../src/vm/replay.js'

test('a universe with the usual options needs its seed and its command', () => {
  const plan = planVm({ seed: 7 }, 'test')
  expect(replayEnv(plan, ['npx', 'vitest', 'run', '-t', 'a leader'])).toEqual({
    NETRIG_REPLAY: "npx netrig vm --seed 7 -- npx vitest run -t 'a leader'",
  })
  expect(replayEnv(planVm({ virtualTime: true }, 'test'), ['true'])).toEqual({})
})

test('what was typed again plans the same universe', () => {
  for (const options of [
    { seed: 2n ** 64n - 1n },
    { seed: 1, memory: '1.5GiB', clock: '2030-05-01T12:00:00.250Z' },
    { seed: 1, watchdog: '90s', env: { A: 'b c', EMPTY: '' } },
    { seed: 1, watchdog: false },
  ] as const) {
    const plan = planVm(options, 'test')
    const args = ['--seed', `${plan.seed}`, ...planWords(plan), '--', 'true']
    expect(planVm(readVm(args).options, 'test')).toEqual(plan)
  }
})

test('words with blanks are quoted', () => {
  expect(replayLine(3, ['--env', "A=it's"], ['sh', '-c', 'exit 1'])).toBe(
    "npx netrig vm --seed 3 --env 'A=it'\\''s' -- sh -c 'exit 1'",
  )
})
