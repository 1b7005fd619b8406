import { jest } from '@jest/globals'
import { setupLab } from 'netrig/jest'

jest.useFakeTimers()
const lab = setupLab()

test('a lab lives and ends while timers are false', async () => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, { delay: '5ms' })
  await lab.start()
  expect((await a.exec('echo', ['hello'])).stdout).toBe('hello')
  a.spawn('sleep', ['100'])
})

test('and so does the next', async () => {
  lab.host('a')
  await lab.start()
})
