import { expect, test } from 'vitest'
import { parseLabInfo } from '../../src/sandbox/lab-info.js'

test('reads what a runner wrote', () => {
  const info = {
    id: '0123456789',
    name: 'shop',
    pid: 42,
    startedAt: 1000,
    cwd: '/w',
    kept: true,
    hosts: [{ name: 'a', kind: 'router', addresses: ['10.0.0.1'] }],
  }
  expect(parseLabInfo(`${JSON.stringify(info)}\n`)).toEqual(info)
})

test('a time may be a date, and what another version left out is empty', () => {
  expect(parseLabInfo('{"startedAt":"1970-01-01T00:00:01Z","hosts":[{"name":"a"},7]}')).toEqual({
    id: '',
    name: '',
    pid: 0,
    startedAt: 1000,
    cwd: '',
    kept: false,
    hosts: [
      { name: 'a', kind: '', addresses: [] },
      { name: '', kind: '', addresses: [] },
    ],
  })
})

test.each(['', 'hello', '[]', '7', 'null', '{'])('%o is no info', (line) => {
  expect(parseLabInfo(line)).toBeUndefined()
})
