import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

test('a program runs in its host and gives its output', async () => {
  const result = await exec(a, 'sh', ['-c', 'hostname; pwd; echo $NETRIG_TEST; echo oops >&2'])
  expect(result).toMatchObject({
    stdout: `a\n${process.cwd()}\na`,
    stderr: 'oops',
    exitCode: 0,
    failed: false,
    command: 'sh -c hostname; pwd; echo $NETRIG_TEST; echo oops >&2',
    escapedCommand: "sh -c 'hostname; pwd; echo $NETRIG_TEST; echo oops >&2'",
    cwd: process.cwd(),
  })
})

test('a program that does not exist', async () => {
  await expect(exec(a, 'no-such-program')).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
})
