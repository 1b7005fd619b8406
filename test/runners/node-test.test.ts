import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  expectFailure,
  expectKept,
  expectLeaks,
  expectPackets,
  expectPass,
  expectReport,
} from './support/expectations.js'
import { Project } from './support/project.js'

describe.each([{ node: 20 }, { node: 24 }])('node:test of Node $node', ({ node }) => {
  let project: Project
  let program: string

  beforeAll(async () => {
    project = await Project.make('node-test', [])
    program = await project.node(node)
  })
  afterAll(() => project?.remove())

  const run = (...args: readonly string[]) =>
    project.run(program, ['--test', '--test-reporter=spec', ...args])

  test('labs of tests at the same time', async () => {
    await expectPass(project, run('good.test.mjs'))
  })

  test('a failure ends with what a person needs, whichever way it failed', async () => {
    expectReport(await expectFailure(project, run('bad.test.mjs')))
  })

  test('TAP says the same of an error as without a lab', async () => {
    const { code, output } = await project.run(program, [
      '--test',
      '--test-reporter=tap',
      'bad.test.mjs',
    ])
    expect(code).toBe(1)
    expect(output).toMatch(/failureType: 'testCodeFailure'/)
    expect(output).toMatch(/code: 'ERR_ASSERTION'\s+name: 'AssertionError'/)
    expect(output).toMatch(/expected: 'what it is not'\s+actual: '10\.0\.0\.1'/)
  })

  test('a lab that leaks or dies fails its test', async () => {
    expectLeaks(await expectFailure(project, run('leak.test.mjs')))
  })

  test('a failed test keeps its lab when told to', async () => {
    await expectKept(project, run('keep.test.mjs'))
  })

  test('a failed test leaves its packets when told to', async () => {
    const words = ['--test', '--test-reporter=spec', 'bad.test.mjs']
    const env = { NETRIG_CAPTURE: 'on-failure' }
    expectPackets(project, await expectFailure(project, project.run(program, words, env)))
  })

  test('a worker thread that is cut off leaves nothing', async () => {
    await expectPass(project, project.run(program, ['thread.mjs']))
  })
})
