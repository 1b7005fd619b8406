import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { closeFd } from '../../src/ffi/fd.js'
import { receiveMessage, sendMessage, socketPair } from '../../src/ffi/socket.js'
import { Control } from '../../src/sandbox/keeper/control.js'
import { MESSAGE_MAX, Op } from '../../src/sandbox/keeper/protocol.js'

/** More than the kernel queues for one socket: about 280 messages of this size. */
const MANY = 1000
const nothing = () => undefined

/**
 * A keeper that reads no requests until it is told to, or five seconds have passed. It answers each with
 * which of the two it was, and rings after every tenth: as the real one it must not wait with that.
 */
const SLOW_KEEPER = `
const { readSync, writeSync } = require('node:fs')
const word = Buffer.alloc(${MESSAGE_MAX})
function serve(why) {
  for (let count = 1; ; count++) {
    if (readSync(3, word) === 0) process.exit(0)
    const reply = Buffer.alloc(33, why)
    reply.fill(0, 0, 32)
    reply.writeUInt32LE(1, 0)
    word.copy(reply, 4, 4, 8)
    writeSync(3, reply)
    if (count % 10 === 0) writeSync(1, 'R')
  }
}
const late = setTimeout(serve, 5000, 'l')
process.stdin.once('data', () => { clearTimeout(late); serve('t') })
`

test('a keeper that reads nothing for a while does not keep this process busy', async () => {
  const [near, far] = socketPair('seqpacket')
  const keeper = spawn(process.execPath, ['-e', SLOW_KEEPER], {
    stdio: ['pipe', 'pipe', 'inherit', far],
  })
  closeFd(far)
  const control = new Control(near, nothing, nothing)
  keeper.stdout!.on('data', () => control.drain())
  const answers = Array.from({ length: MANY }, () => control.request({ op: Op.Netns }))
  keeper.stdin!.write('now')
  const heard = new Set((await Promise.all(answers)).map(({ reply }) => reply.text))
  expect([...heard]).toEqual(['t'])
  control.lost(new Error('over'))
  await once(keeper, 'exit')
})

test('what waits for room goes out in its order, with descriptors that may be closed meanwhile', async () => {
  const [near, far] = socketPair('seqpacket')
  const control = new Control(near, nothing, nothing)
  const answers = Array.from({ length: MANY }, () => control.request({ op: Op.Netns }))
  const file = openSync('/dev/null', 'r')
  const { ino, dev } = fstatSync(file)
  answers.push(control.request({ op: Op.Run }, [file]))
  closeSync(file)
  const ids: number[] = []
  while (ids.length <= MANY) {
    const received = receiveMessage(far, MESSAGE_MAX)
    if (received === 'closed') throw new Error('closed')
    if (received === 'empty') {
      await sleep(1)
      continue
    }
    ids.push(Buffer.from(received.bytes).readUInt32LE(4))
    expect(received.fds.map((fd) => fstatSync(fd))).toMatchObject(
      ids.length > MANY ? [{ ino, dev }] : [],
    )
    for (const fd of received.fds) closeFd(fd)
    const reply = Buffer.alloc(32)
    reply.writeUInt32LE(1, 0)
    reply.writeUInt32LE(ids.length, 4)
    sendMessage(far, reply)
    control.drain()
  }
  expect(ids).toEqual(Array.from({ length: MANY + 1 }, (_, index) => index + 1))
  await Promise.all(answers)
  control.lost(new Error('over'))
  closeFd(far)
})

test('who waits for room when the keeper is lost hears why', async () => {
  const [near, far] = socketPair('seqpacket')
  const control = new Control(near, nothing, nothing)
  const answers = Array.from({ length: MANY }, () => control.request({ op: Op.Netns }))
  closeFd(far)
  // Long enough for those that wait to meet the closed end.
  await sleep(100)
  control.lost(new Error('lost'))
  const ends = await Promise.allSettled(answers)
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(MANY)
})
