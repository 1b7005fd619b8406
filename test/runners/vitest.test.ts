import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../house/support/files.js'
import {
  expectFailure,
  expectKept,
  expectLeaks,
  expectPackets,
  expectPass,
  expectReport,
} from './support/expectations.js'
import { Project } from './support/project.js'

// vitest 5 wants Node 22.12 or newer.
const versions = [
  { vitest: '3.2', node: 20 },
  { vitest: '4.1', node: 20 },
  { vitest: '5', node: 24 },
]

describe.each(versions)('vitest $vitest on Node $node', ({ vitest, node }) => {
  let project: Project
  let program: string

  beforeAll(async () => {
    project = await Project.make('vitest', [`vitest@${vitest}`])
    program = await project.node(node)
  })
  afterAll(() => project?.remove())

  const run = (args: readonly string[], env?: Record<string, string>) =>
    project.run(program, ['node_modules/vitest/vitest.mjs', 'run', ...args], env)

  test.each(['--pool=forks', '--pool=threads', '--pool=threads --no-isolate', '--pool=vmThreads'])(
    'labs in tests one after another and at the same time, with %s',
    async (pool) => {
      await expectPass(project, run(['good', 'concurrent', ...pool.split(' ')]))
    },
  )

  test('a failure ends with what a person needs, whichever way it failed', async () => {
    const output = await expectFailure(project, run(['bad']))
    expectReport(output)
    expect(output).not.toContain("'that fails as expected'")
  })

  test('a lab that leaks or dies fails its test', async () => {
    expectLeaks(await expectFailure(project, run(['leak'])))
  })

  test('a failed test keeps its lab when told to', async () => {
    await expectKept(project, run(['keep']))
  })

  test('a variable of the environment keeps the labs of all', async () => {
    const output = await expectFailure(project, run(['bad'], { NETRIG_KEEP: 'on-failure' }))
    const ids = [...output.matchAll(/npx netrig exec (\w+) a -- sh/g)].map(([, id]) => id ?? '')
    expect(new Set(ids).size).toBe(2)
    for (const id of new Set(ids)) expect((await project.netrig('clean', id)).code).toBe(0)
  })

  test('a failed test leaves its packets when told to', async () => {
    const output = await expectFailure(project, run(['bad'], { NETRIG_CAPTURE: 'on-failure' }))
    expectPackets(project, output)
  })

  test('options of the whole project come from its configuration', async () => {
    await expectPass(project, run(['provided', '--config', 'provided.config.mjs']))
  })

  test('options of one file, and what is wrong with them', async () => {
    const output = await expectFailure(project, run(['options']))
    expect(output).toMatch(/2 failed \| 2 passed/)
    expect(output).toMatch(/The lab of test 'without time.*' was not there after 0 ms/)
    expect(output).toContain('labOptions')
    expect(output).toContain("'ipv6'")
  })

  test('false timers do not keep a lab from ending', async () => {
    await expectPass(project, run(['timers']))
  })

  test('its types are right', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})
