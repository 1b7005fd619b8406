import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { aPair, reaches, talk } from '../support/bench.js'
import { captureFile, readCapture } from '../support/capture.js'

// What others make of the files. Their programs need not be there: the rules of the format are checked by
// test/support/pcapng.ts in every other test.

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

function run(program: string, ...words: string[]) {
  const { stdout, stderr, status } = spawnSync(program, words, { encoding: 'utf8' })
  const complaints = stderr
    .split('\n')
    .filter((line) => line !== '' && !/^Running as user "root"|^reading from file/.test(line))
  return { status, complaints, lines: stdout.split('\n').filter((line) => line !== '') }
}

//   a ---- b
async function capture(): Promise<string> {
  const { lab, a, b } = await aPair({ ipv6: true })
  const file = captureFile()
  const shot = await lab.capture({ file, keys: true })
  expect(await reaches(a, b)).toBe(true)
  const { client, server, say } = await talk(a, b)
  expect(await say('hello')).toBe('hello')
  client.destroy()
  server.close()
  await shot.stop()
  return file
}

test.skipIf(!has('tshark'))('tshark reads it without complaint', async () => {
  const file = await capture()
  const { packets } = readCapture(file)
  const fields = [
    'frame.interface_name',
    'frame.time_epoch',
    'frame.packet_flags_direction',
    'ip.src',
  ]
  const { status, complaints, lines } = run(
    'tshark',
    ...['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
  )
  expect(complaints).toEqual([])
  expect(status).toBe(0)
  expect(lines).toHaveLength(packets.length)
  const names = ['a:eth0', 'b:eth0']
  lines.forEach((line, at) => {
    const { interface: number, time, direction } = packets[at]!
    const stamp = `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`
    const [name, epoch, flag] = line.split('\t')
    expect([name, epoch, Number(flag)]).toEqual([names[number], stamp, direction === 'in' ? 1 : 2])
  })
  // Names of hosts come out of the file.
  const named = run('tshark', '-N', 'n', '-r', file, '-Y', 'tcp')
  expect(named.lines.some((line) => /\ba\s+→\s+b\b/.test(line))).toBe(true)
})

test.skipIf(!has('capinfos'))('capinfos finds it in order', async () => {
  const { status, complaints, lines } = run('capinfos', await capture())
  expect(complaints).toEqual([])
  expect(status).toBe(0)
  expect(lines.join('\n')).toMatch(/Capture hardware: +netrig/)
})

test.skipIf(!has('tcpdump'))('tcpdump reads it without complaint', async () => {
  const file = await capture()
  const { status, complaints, lines } = run('tcpdump', '-n', '--nano', '-r', file)
  expect(complaints).toEqual([])
  expect(status).toBe(0)
  expect(lines).toHaveLength(readCapture(file).packets.length)
})
