import { expect, test } from 'vitest'
import { readNews, startError, wantsEnd } from '../../src/vm/news.js'

// struct vm_message: word, value, detail, nothing, time.
const message = (word: string, value = 0, detail = 0, time = 0n): Uint8Array => {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, word.charCodeAt(0), true)
  view.setInt32(4, value, true)
  view.setUint32(8, detail, true)
  view.setBigUint64(16, time, true)
  return bytes
}

test('a command that ran, one that could not, and a vm that was lost', () => {
  expect(readNews(message('B', 17))).toEqual({})
  expect(readNews(message('F', 2, 4))).toEqual({ failure: { errno: 2, stage: 4 } })
  expect(readNews(Buffer.concat([message('B', 17), message('L')]))).toEqual({ lost: true })
  expect(readNews(message('E', 0, 0, 12_345_678_901n))).toEqual({ time: 12_345_678_901n })
  expect(readNews(new Uint8Array())).toEqual({})
  expect(readNews(message('L').subarray(0, 7))).toEqual({})
})

test('a key that is to end the command is news, wherever it stands', () => {
  expect(wantsEnd(message('T'))).toBe(true)
  expect(wantsEnd(Buffer.concat([message('B', 17), message('T')]))).toBe(true)
  expect(wantsEnd(Buffer.concat([message('B', 84), message('E')]))).toBe(false)
  expect(readNews(Buffer.concat([message('L'), message('T')]))).toEqual({ lost: true })
})

test.each([
  [2, 4, 'PROGRAM_NOT_FOUND', 'x'],
  [2, 4, 'PROGRAM_NOT_FOUND', './x'],
  [13, 4, 'PROGRAM_NOT_EXECUTABLE', './x'],
  [8, 4, 'PROGRAM_NOT_EXECUTABLE', './x'],
  [2, 3, 'CWD_NOT_FOUND', 'x'],
  [11, 2, 'PROGRAM_FAILED', 'x'],
])('errno %d at stage %d is %s', (errno, stage, code, file) => {
  const error = startError(file, '/here', { errno, stage })
  expect(error.code).toBe(code)
  expect(error.message).toContain(`'${file}'`)
})
