import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { netrig } from './support.js'

test('without a command it helps, and says by its exit code that nothing was done', async () => {
  const { code, out, err } = await netrig()
  expect(code).toBe(2)
  expect(out).toBe('')
  for (const command of ['doctor', 'ps', 'exec', 'clean'])
    expect(err).toContain(`netrig ${command}`)
})

test.each([['help'], ['--help'], ['-h'], ['help', 'help']])('%s is no error', async (...args) => {
  const { code, out } = await netrig(...args)
  expect(code).toBe(0)
  expect(out).toContain('netrig doctor [--json]')
})

test('help of one command, in both ways to ask', async () => {
  const { code, out } = await netrig('help', 'clean')
  expect(code).toBe(0)
  expect(out).toContain('--all')
  expect(await netrig('clean', '--help')).toEqual({ code, out, err: '', died: [] })
})

test('--version is that of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  expect(await netrig('--version')).toEqual({ code: 0, out: version, err: '', died: [] })
})

describe('what makes no sense is one sentence on stderr, exit code 2', () => {
  test.each([
    [['doktor'], /no command 'doktor'; did you mean 'doctor'\?/],
    [['frobnicate'], /no command 'frobnicate'; netrig help lists them/],
    [['--jason'], /no option --jason/],
    [['help', 'claen'], /did you mean 'clean'\?/],
    [['help', 'ps', 'ps'], /one word too many/],
    [['doctor', '--jsno'], /no option --jsno; did you mean --json\?/],
    [['doctor', '--json=yes'], /--json takes no value/],
    [['ps', 'extra'], /'extra' is one word too many/],
    [['clean', 'a', 'b'], /'b' is one word too many/],
    [['exec'], /needs a lab and a host/],
    [['exec', 'lab'], /needs a lab and a host/],
    [['exec', 'lab', 'a', 'ls', '-l'], /no option -l/],
    [['exec', 'lab', 'a', 'ls'], /behind two dashes: netrig exec lab a -- ls/],
    [['exec', 'lab', 'a', '--'], /behind two dashes: netrig exec lab a -- sh/],
    [['exec', 'lab', 'a', '--cwd'], /--cwd needs a value/],
    [['exec', 'lab', 'a', 'b', '--', 'ls'], /'b' is one word too many/],
    [['exec', 'no-such-lab', 'a', '--', 'ls'], /No lab 'no-such-lab' is alive/],
    [['clean', 'no-such-lab'], /No lab 'no-such-lab' is alive/],
  ])('%o', async (args, sentence) => {
    const { code, out, err } = await netrig(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(sentence)
    expect(err).toMatch(/^netrig: /)
  })
})
