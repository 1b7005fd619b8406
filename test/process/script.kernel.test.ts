import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { scriptOf } from '../../src/process/script.js'
import { startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
let b: TestHost
beforeAll(async () => {
  lab = await startLab(2)
  a = lab.hosts[0]!
  b = lab.hosts[1]!
})
afterAll(() => lab.stop())

test('values are one argument each, arrays are several', async () => {
  const $ = scriptOf(a)
  const show = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'
  const list = ['x y', "it's", '*']
  const { stdout } =
    await $`${process.execPath} -e ${show} -- plain ${'two words'} ${list} a${1}b --n=${2}
    next\ line`
  expect(JSON.parse(stdout)).toEqual(['plain', 'two words', ...list, 'a1b', '--n=2', 'next line'])
})

test('the result of one command is an argument of the next', async () => {
  const $ = scriptOf(a)
  const name = await $`hostname`
  expect((await $`echo host ${name}`).stdout).toBe('host a')
})

test('a command in an expression, and nothing else', async () => {
  const $ = scriptOf(a)
  expect((await $`${'hostname'}`).stdout).toBe('a')
  const result = await $`${['echo', 'one two', 'three']}`
  expect(result).toMatchObject({ stdout: 'one two three', escapedCommand: "echo 'one two' three" })
})

test('options, bound one after the other', async () => {
  const $ = scriptOf(a)({ env: { ONE: '1' }, cwd: '/usr' })({ env: { TWO: '2' } })
  expect((await $`sh -c ${'echo $ONE $TWO; pwd'}`).stdout).toBe('1 2\n/usr')
  expect((await $({ reject: false })`false`).exitCode).toBe(1)
  expect((await $({ input: 'text' })`cat`).stdout).toBe('text')
  expect((await $({ shell: true })`echo $ONE; hostname`).stdout).toBe('1\na')
})

test('errors show the command as it was written', async () => {
  const error = await scriptOf(a)`sh -c ${'echo out; exit 6'}`.catch((reason) => reason)
  expect(error.message).toBe("Command failed with exit code 6: sh -c 'echo out; exit 6'\n\nout")
  expect(error.command).toBe('sh -c echo out; exit 6')
  expect(error.stack).toContain('script.kernel.test.ts')
})

test('misuse', () => {
  const $ = scriptOf(a) as unknown as (...args: unknown[]) => unknown
  for (const wrong of [() => $``, () => $`  `, () => $`${[]}`, () => $('ls'), () => $()]) {
    expect(wrong).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  }
  expect(() => $({ timeot: 3 })).not.toThrow()
  expect(() => scriptOf(a)({ timeot: 3 } as object)`true`).toThrow(/'timeout'/)
})

test('pipes stay in the host', async () => {
  const $ = scriptOf(a)
  const result = await $`printf ${'b\\na\\n'}`.pipe`sort`.pipe('sed', ['s/$/ !/'])
    .pipe`sh -c ${'cat; hostname'}`
  expect(result.stdout).toBe('a !\nb !\na')
  expect(result.pipedFrom).toMatchObject([{ command: 'sed s/$/ !/' }])
  const two = await exec(a, 'sh', ['-c', 'echo out; echo err >&2']).pipe('cat', [], {
    from: 'stderr',
  })
  expect(two.stdout).toBe('err')
  const bound = await exec(a, 'sh', ['-c', 'echo out; echo err >&2']).pipe({ from: 'stderr' })`cat`
  expect(bound.stdout).toBe('err')
})

test('a pipe from host to host', async () => {
  const result = await exec(a, 'hostname').pipe(exec(b, 'sh', ['-c', 'cat; hostname']))
  expect(result.stdout).toBe('a\nb')
})

test('a pipe of which an end fails', async () => {
  await expect(exec(a, 'sh', ['-c', 'echo x; exit 3']).pipe`cat`).rejects.toMatchObject({
    exitCode: 3,
  })
  await expect(exec(a, 'echo', ['x']).pipe`no-such`).rejects.toMatchObject({
    code: 'PROGRAM_NOT_FOUND',
  })
  await expect(exec(a, 'no-such').pipe`cat`).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
})
