import { expect } from 'vitest'
import { netrigVm, rootTest, test } from './support.js'

const HOG = 'const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1))'

test('memory that runs out is said, with who was ended for it', () => {
  const { status, signal, stderr } = netrigVm('--memory', '160M', '--', process.execPath, '-e', HOG)
  expect({ status, signal }).toEqual({ status: null, signal: 'SIGKILL' })
  expect(stderr).toMatch(
    /^netrig: the vm ran out of its memory of 160MiB, and its kernel ended '.+' \(pid \d+\); give it more/,
  )
})

rootTest('a panic is an error with the last lines of the console', () => {
  const script = `echo 1 > /proc/sys/vm/panic_on_oom; ${process.execPath} -e '${HOG}'`
  const { status, stderr } = netrigVm('--memory', '160M', '--', 'sh', '-c', script)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^netrig: The vm's kernel panicked: Out of memory: .*panic_on_oom/)
  expect(stderr).toMatch(/Its last lines:\n {4}.*\S/)
})

test('the least memory that is allowed boots', () => {
  expect(netrigVm('--memory', '64M', '--', 'echo', 'up')).toMatchObject({
    stdout: 'up\n',
    stderr: '',
  })
})
