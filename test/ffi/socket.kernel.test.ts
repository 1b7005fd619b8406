import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { SystemError } from '../../src/ffi/errno.js'
import { closeFd } from '../../src/ffi/fd.js'
import {
  getSocketOption,
  receiveDatagram,
  receiveMessage,
  sendDatagram,
  sendMessage,
  setSocketOption,
  socketPair,
} from '../../src/ffi/socket.js'

const text = (value: string) => new TextEncoder().encode(value)

function pair(type: 'stream' | 'seqpacket'): [number, number] {
  const ends = socketPair(type)
  const open = new Set(ends)
  onTestFinished(() => {
    for (const fd of open) {
      try {
        closeFd(fd)
      } catch {
        // A test closed this end itself.
      }
    }
  })
  return ends
}

function received(fd: number, size = 4096) {
  const got = receiveMessage(fd, size)
  if (typeof got === 'string') throw new Error(`nothing received: ${got}`)
  return got
}

test('bytes and descriptors arrive together, closed on exec', () => {
  const [a, b] = pair('seqpacket')
  const file = openSync('/dev/zero', 'r')
  sendMessage(a, text('hello'), [file, file, file])
  closeSync(file)
  const { bytes, fds } = received(b)
  expect(new TextDecoder().decode(bytes)).toBe('hello')
  expect(fds).toHaveLength(3)
  for (const fd of fds) {
    expect(fstatSync(fd).isCharacterDevice()).toBe(true)
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/flags:\s+02\d{6}$/m)
    closeFd(fd)
  }
})

test('as many descriptors as a message carries', () => {
  const [a, b] = pair('stream')
  sendMessage(a, text('x'), new Array(253).fill(a))
  const { fds } = received(b)
  expect(fds).toHaveLength(253)
  for (const fd of fds) closeFd(fd)
  expect(() => sendMessage(a, text('x'), new Array(254).fill(a))).toThrow('EINVAL')
  expect(() => sendMessage(a, new Uint8Array(0), [a])).toThrow('EINVAL')
})

test('empty, closed and a broken pipe are told apart', () => {
  const [a, b] = pair('stream')
  expect(receiveMessage(a, 10)).toBe('empty')
  closeFd(b)
  expect(receiveMessage(a, 10)).toBe('closed')
  expect(() => sendMessage(a, text('x'))).toThrow(
    expect.objectContaining({ code: 'EPIPE', syscall: 'sendmsg' }),
  )
})

test('a packet that does not fit is an error and leaves no descriptor open', () => {
  const [a, b] = pair('seqpacket')
  sendMessage(a, text('too long'), [a])
  const before = openSync('/dev/null', 'r')
  closeSync(before)
  expect(() => receiveMessage(b, 3)).toThrow('EMSGSIZE')
  const after = openSync('/dev/null', 'r')
  closeSync(after)
  expect(after).toBe(before)
})

test('streams are plain files to Node as well', () => {
  const [a, b] = pair('stream')
  writeSync(a, 'one\n')
  expect(new TextDecoder().decode(received(b).bytes)).toBe('one\n')
  sendMessage(b, text('two\n'))
  const buffer = Buffer.alloc(10)
  expect(buffer.toString('utf8', 0, readSync(a, buffer))).toBe('two\n')
})

test('datagrams go into a buffer of the caller', () => {
  const [a, b] = pair('seqpacket')
  const into = new Uint8Array(4)
  expect(receiveDatagram(b, into)).toBe('empty')
  sendDatagram(a, text('abc'))
  expect(receiveDatagram(b, into)).toBe(3)
  expect(into).toEqual(Uint8Array.of(97, 98, 99, 0))
  sendDatagram(a, text('abcde'))
  expect(() => receiveDatagram(b, into)).toThrow('EMSGSIZE')
})

test('options are set and read', () => {
  const [a] = pair('stream')
  const SOL_SOCKET = 1
  const SO_PASSCRED = 16
  expect(getSocketOption(a, SOL_SOCKET, SO_PASSCRED)).toBe(0)
  setSocketOption(a, SOL_SOCKET, SO_PASSCRED, 1)
  expect(getSocketOption(a, SOL_SOCKET, SO_PASSCRED)).toBe(1)
  expect(() => setSocketOption(a, SOL_SOCKET, 9999, 1)).toThrow('ENOPROTOOPT')
})

test('closing what is not open is told', () => {
  expect(() => closeFd(-1)).toThrow(SystemError)
})
