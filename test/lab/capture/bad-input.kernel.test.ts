import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Host, type Lab, NetrigError } from '../../../src/index.js'
import { descendants } from '../../robustness/support/processes.js'
import { aLab, aPair, eventually } from '../support/bench.js'
import { captureFile } from '../support/capture.js'
import { any } from '../support/refusal.js'

type Case = readonly [
  what: string,
  act: (of: { lab: Lab; a: Host; file: string; folder: string }) => unknown,
  code: string,
  words: readonly string[],
]

const cases: readonly Case[] = [
  ['no options', ({ a }) => a.capture(any(undefined)), 'INVALID_OPTION', ['host.capture']],
  ['no file', ({ a }) => a.capture(any({})), 'INVALID_OPTION', ['file', "{ file: 'a.pcapng' }"]],
  ['an empty file', ({ a }) => a.capture({ file: '' }), 'INVALID_OPTION', ['file']],
  [
    'a URL that is no file',
    ({ a }) => a.capture({ file: new URL('http://b/') }),
    'INVALID_OPTION',
    ['file: URL'],
  ],
  [
    'an option that does not exist',
    ({ a, file }) => a.capture(any({ file, filtre: 'tcp' })),
    'INVALID_OPTION',
    ["no option 'filtre'", "'filter'"],
  ],
  [
    'a word that no filter has',
    ({ a, file }) => a.capture({ file, filter: 'tcp and prot 80' }),
    'INVALID_FILTER',
    ["'prot' at character 9", "did you mean 'port'?", 'host.capture'],
  ],
  [
    'a name that no host has',
    ({ a, file }) => a.capture({ file, filter: 'host servre' }),
    'INVALID_FILTER',
    ["'servre' at character 6", "did you mean 'server'?"],
  ],
  [
    'a filter that is too long',
    ({ a, file }) => a.capture({ file, filter: Array(400).fill('portrange 1-9').join(' or ') }),
    'INVALID_FILTER',
    ['longer than the kernel takes'],
  ],
  [
    'an interface that is not there',
    ({ a, file }) => a.capture({ file, interface: 'eht0' }),
    'INVALID_OPTION',
    ["no interface 'eht0'", "did you mean 'eth0'?", 'eth0, lo'],
  ],
  [
    'no interface at all',
    ({ a, file }) => a.capture({ file, interface: [] }),
    'INVALID_OPTION',
    ['interface'],
  ],
  [
    'a snaplen that has no headers',
    ({ a, file }) => a.capture({ file, snaplen: 10 }),
    'INVALID_OPTION',
    ['snaplen', 'at least 64'],
  ],
  [
    'a size without room',
    ({ a, file }) => a.capture({ file, maxSize: '1KiB' }),
    'INVALID_OPTION',
    ['maxSize', '1KiB'],
  ],
  [
    'a size that is none',
    ({ a, file }) => a.capture({ file, maxSize: any('big') }),
    'INVALID_UNIT',
    ['maxSize', 'big'],
  ],
  [
    'keys as a path',
    ({ a, file }) => a.capture({ file, keys: any('/tmp/keys') }),
    'INVALID_OPTION',
    ['keys', 'true or false'],
  ],
  [
    'a folder',
    ({ a, folder }) => a.capture({ file: folder }),
    'CAPTURE_FAILED',
    ['EISDIR', 'name a file in it'],
  ],
  [
    'a folder that is not there',
    ({ a, folder }) => a.capture({ file: join(folder, 'no', 'a.pcapng') }),
    'CAPTURE_FAILED',
    ['ENOENT', 'make its folder first'],
  ],
  [
    'a path through a file',
    ({ a, folder }) => a.capture({ file: join(folder, 'there', 'a.pcapng') }),
    'CAPTURE_FAILED',
    ['ENOTDIR'],
  ],
  ['a device', ({ a }) => a.capture({ file: '/dev/null' }), 'CAPTURE_FAILED', ['no regular file']],
  [
    'a file that nobody may write',
    ({ a }) => a.capture({ file: '/proc/version' }),
    'CAPTURE_FAILED',
    ['/proc/version'],
  ],
  [
    'a host that is not there yet',
    ({ lab, file }) => lab.host('late').capture({ file }),
    'LAB_NOT_STARTED',
    ['late', 'lab.start()'],
  ],
  [
    'a link that is not there yet',
    ({ lab, a, file }) => lab.link(lab.host('late'), a).capture({ file }),
    'LAB_NOT_STARTED',
    ['late-a'],
  ],
  [
    'an end that a link does not have',
    ({ lab, a, file }) => lab.link(a, lab.host('c')).capture({ file, interface: 'b' }),
    'LAB_NOT_STARTED',
    ['a-c'],
  ],
  [
    'an interface of a lab',
    ({ lab, file }) => lab.capture(any({ file, interface: 'eth0' })),
    'INVALID_OPTION',
    ["no option 'interface'"],
  ],
]

const programs = () => descendants(process.pid).filter(({ name }) => name === 'netrig-capture')

//   a ---- server
test.each(cases.map((one) => [...one] as const))('%s', async (_what, act, code, words) => {
  const lab = await aLab()
  const [a, server] = lab.hosts('a', 'server')
  lab.link(a, server)
  await lab.start()
  const file = captureFile()
  const folder = dirname(file)
  writeFileSync(join(folder, 'there'), 'a file')
  const error = await Promise.resolve(act({ lab, a, file, folder })).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(NetrigError)
  const { message } = error as NetrigError
  for (const word of words) expect(message).toContain(word)
  expect((error as NetrigError).code).toBe(code)
  expect(existsSync(file)).toBe(false)
  await eventually('its program has ended', () => programs().length === 0)
})

test('before the lab has started there is no host to capture', async () => {
  const lab = await aLab()
  const a = lab.host('a')
  await expect(a.capture({ file: captureFile() })).rejects.toMatchObject({
    code: 'LAB_NOT_STARTED',
  })
})

test('a socket is no file, and a FIFO is not waited for', async () => {
  const { a } = await aPair()
  const path = captureFile('socket')
  const server = createServer().listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  await expect(a.capture({ file: path })).rejects.toMatchObject({ code: 'CAPTURE_FAILED' })
  server.close()
  const fifo = captureFile('fifo')
  execFileSync('mkfifo', [fifo])
  await expect(a.capture({ file: fifo })).rejects.toMatchObject({ code: 'CAPTURE_FAILED' })
})
