import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectFailure,
  expectInOrder,
  expectKept,
  expectLeaks,
  expectPackets,
  expectPass,
  expectReport,
} from './support/expectations.js'
import { Project } from './support/project.js'

const versions = [
  { jest: 29, node: 20 },
  { jest: 30, node: 20 },
  { jest: 30, node: 24 },
]

describe.each(versions)('jest $jest on Node $node', ({ jest, node }) => {
  let project: Project
  let program: string

  beforeAll(async () => {
    project = await Project.make('jest', [`jest@${jest}`])
    program = await project.node(node)
  })
  afterAll(() => project?.remove())

  const run = (...args: readonly string[]) =>
    project.run(program, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...args])

  test('a lab for each test, of files one after another in one process', async () => {
    await expectPass(project, run('--runInBand', 'good', 'again'))
  })

  test('and in workers', async () => {
    await expectPass(project, run('--maxWorkers=2', 'good', 'again'))
  })

  test('a failure ends with what a person needs, whichever way it failed', async () => {
    const output = await expectFailure(project, run('bad'))
    expectReport(output)
    expect(output).not.toContain("'a network that fails as expected'")
    expectInOrder(output, 'that is used where there is none', 'there is no lab now')
  })

  test('a lab that leaks or dies fails its test', async () => {
    expectLeaks(await expectFailure(project, run('leak')))
  })

  test('a failed test keeps its lab when told to', async () => {
    await expectKept(project, run('keep'))
  })

  test('a failed test leaves its packets when told to', async () => {
    const words = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'bad']
    const env = { NETRIG_CAPTURE: 'on-failure' }
    expectPackets(project, await expectFailure(project, project.run(program, words, env)))
  })

  test('false timers do not keep a lab from ending', async () => {
    await expectPass(project, run('timers'))
  })

  test.runIf(jest >= 30 && node >= 24)('a CommonJS test can require it', async () => {
    await expectPass(project, run('--config', 'common.config.mjs'))
  })
})
