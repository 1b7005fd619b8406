import { execa } from 'execa'
import { expect, test } from 'vitest'
import { Prefix } from '../../src/base/prefix.js'

test('takes words out as execa has put them in, whatever they hold', async () => {
  const words = ['/bin/echo', '--cwd', "/a b/it's", 'tab\tü\u00a0\u2028€', '$x', '--']
  const prefix = new Prefix(words)
  const own = ['sh', '-c', "echo 'x'"]
  const { command, escapedCommand } = await execa(words[0]!, [...words.slice(1), ...own])
  expect(prefix.without(command)).toBe("sh -c echo 'x'")
  expect(prefix.without(escapedCommand)).toBe("sh -c 'echo '\\''x'\\'''")
  expect(prefix.without(`Command failed with exit code 1: ${escapedCommand}\n\nout`)).toBe(
    "Command failed with exit code 1: sh -c 'echo '\\''x'\\'''\n\nout",
  )
})

test('leaves other texts alone', () => {
  expect(new Prefix(['enter', '--']).without('enter at your own risk')).toBe(
    'enter at your own risk',
  )
})
