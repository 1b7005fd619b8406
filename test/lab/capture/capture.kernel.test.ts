import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { aLab, aPair, eventually, reaches } from '../support/bench.js'
import { captureFile, datagramOf, listening, numbersIn, readCapture } from '../support/capture.js'
import { removeTrafficAfterwards, traffic } from '../support/traffic.js'

removeTrafficAfterwards()

const send = (to: string, count: number, size = 100, gap = 0) =>
  ['udp-send', to, 4000, count, size, gap].map(String)

//   a ---- b      a is captured
test('what a host sends and receives, who, when and by which interface', async () => {
  const { lab, a, b } = await aPair({ name: 'shop' })
  await listening(a, b)
  const file = captureFile()
  const before = BigInt(Date.now()) * 1_000_000n
  const shot = await a.capture({ file })
  expect(shot.file).toBe(file)
  await a.exec(traffic(), send(b.address, 3))
  await b.exec(traffic(), send(a.address, 2))
  const counted = await shot.stats()
  const stats = await shot.stop()
  expect(await shot.stop()).toEqual(stats)
  expect(await shot.stats()).toEqual(stats)
  expect(stats).toMatchObject({ clipped: 0, omitted: 0, dropped: 0, packets: counted.packets })
  expect(stats.fileBytes).toBe(statSync(file).size)

  const { packets, interfaces, statistics, ...section } = readCapture(file)
  expect(section).toMatchObject({ hardware: 'netrig', application: 'netrig' })
  expect(section.os).toMatch(/^Linux \d/)
  expect(section.comment).toBe("host a of lab 'shop'")
  expect(section.names).toEqual([
    [a.address, 'a'],
    [b.address, 'b'],
  ])
  expect(interfaces).toEqual([
    {
      ...{ linkType: 1, snaplen: 262144, name: 'eth0', description: 'host a, link a-b' },
      ...{ filter: undefined, os: section.os, hardware: 'netrig' },
      mac: a.interfaces[0]!.mac.replaceAll(':', ''),
    },
  ])
  expect(packets).toHaveLength(stats.packets)
  expect(packets.reduce((sum, { original }) => sum + original, 0)).toBe(stats.bytes)
  const datagrams = packets.flatMap((packet) => {
    const datagram = datagramOf(packet)
    return datagram === undefined ? [] : [{ ...packet, ...datagram }]
  })
  expect(datagrams.map(({ src, direction }) => [src, direction])).toEqual([
    ...Array(3).fill([a.address, 'out']),
    ...Array(2).fill([b.address, 'in']),
  ])
  const times = packets.map(({ time }) => time)
  expect(times).toEqual([...times].sort((one, other) => (one < other ? -1 : 1)))
  expect(times[0]! >= before && times.at(-1)! <= BigInt(Date.now() + 1) * 1_000_000n).toBe(true)
  expect(statistics).toMatchObject([
    { interface: 0, accepted: BigInt(packets.length), delivered: BigInt(packets.length) },
  ])
  expect(lab.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['capture.start', 'capture.stop']),
  )
})

//   a ---- [lan] ---- b
test('nothing that was sent after it began is missed, nor what had arrived when it ended', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  await listening(a, b)
  const wrong: string[] = []
  for (let round = 0; round < 10; round += 1) {
    const file = captureFile()
    const shot = await b.capture({ file, filter: 'udp port 4000' })
    await a.exec(traffic(), send(b.address, 2000))
    const { dropped } = await shot.stop()
    const numbers = numbersIn(readCapture(file).packets)
    if (numbers.length + dropped !== 2000 || dropped > 0) {
      wrong.push(`round ${round}: ${numbers.length} of 2000, ${dropped} dropped`)
    }
  }
  expect(wrong).toEqual([])
})

//   a ---- b      40 MB by TCP: frames of up to 64 KB, as the host hands them to its card
test('large frames are there as a whole', async () => {
  const { a, b } = await aPair()
  const file = captureFile()
  const shot = await b.capture({ file, filter: 'tcp' })
  const server = await b.listen({ port: 7000 })
  const got = new Promise<number>((resolve) => {
    server.once('connection', (socket) => {
      let sum = 0
      socket.on('data', (bytes) => {
        sum += bytes.length
      })
      socket.on('end', () => resolve(sum))
    })
  })
  const client = await a.connect({ host: 'b', port: 7000 })
  const size = 40 << 20
  client.end(Buffer.alloc(size))
  expect(await got).toBe(size)
  const stats = await shot.stop()
  server.close()
  const { packets } = readCapture(file)
  const inward = packets.filter(({ direction }) => direction === 'in')
  expect(Math.max(...inward.map(({ original }) => original))).toBeGreaterThan(16_000)
  const whole = packets.filter(({ data, original }) => data.length === original)
  expect(whole.length).toBe(packets.length - stats.clipped)
  expect(packets.length + stats.dropped).toBeGreaterThanOrEqual(stats.packets)
})

//   a ---- b      filters
test('only what the filter lets pass, and of that only the beginning', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  const files = { udp: captureFile(), not: captureFile(), inward: captureFile() }
  const shots = await Promise.all([
    a.capture({ file: files.udp, filter: 'udp and dst host b', snaplen: 64 }),
    a.capture({ file: files.not, filter: 'not udp and host a' }),
    a.capture({ file: files.inward, filter: 'inbound and not arp' }),
  ])
  await a.exec(traffic(), send(b.address, 5, 1000))
  expect(await reaches(a, b)).toBe(true)
  for (const shot of shots) await shot.stop()
  const udp = readCapture(files.udp)
  expect(udp.interfaces[0]).toMatchObject({ filter: 'udp and dst host b', snaplen: 64 })
  expect(udp.packets.map(({ data, original }) => [data.length, original])).toEqual(
    Array(5).fill([64, 1042]),
  )
  expect(readCapture(files.not).packets.map(datagramOf).filter(Boolean)).toEqual([])
  expect(readCapture(files.not).packets.length).toBeGreaterThan(0)
  const inward = readCapture(files.inward).packets
  expect(new Set(inward.map(({ direction }) => direction))).toEqual(new Set(['in']))
})

//   a ---- b      loopback of a
test('the loopback device of a host, each packet once', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  const shot = await a.capture({ file, filter: 'udp port 4000', interface: ['lo', 'eth0'] })
  await a.exec(traffic(), send('127.0.0.1', 4))
  await a.exec(traffic(), send(b.address, 3))
  await shot.stop()
  const { interfaces, packets } = readCapture(file)
  const names = interfaces.map(({ name }) => name)
  expect([...names].sort()).toEqual(['eth0', 'lo'])
  const by = (name: string) => packets.filter((one) => names[one.interface] === name)
  expect(numbersIn(by('lo'))).toEqual([0, 1, 2, 3])
  expect(numbersIn(by('eth0'))).toEqual([0, 1, 2])
})

//   a ---- b      a sends frames with VLAN tags
test('VLAN tags are where the sender put them', async () => {
  const { a, b } = await aPair()
  const file = captureFile()
  const shot = await b.capture({ file, filter: 'vlan 7' })
  const addresses = `${b.interfaces[0]!.mac}${a.interfaces[0]!.mac}`.replaceAll(':', '')
  for (const tag of ['81000007', '81000008', '88a800078100000a']) {
    await a.exec(traffic(), ['raw-send', 'eth0', `${addresses}${tag}88cc0102`, '64', '0'])
  }
  await shot.stop()
  const heads = readCapture(file).packets.map(({ data }) => data.subarray(0, 22).toString('hex'))
  expect(heads).toEqual([
    `${addresses}8100000788cc010200000000`.slice(0, 44),
    `${addresses}88a800078100000a88cc`.slice(0, 44),
  ])
})

//   a ---- b      the file may have 64 KiB
test('at its largest size a file ends, and what comes then is counted', async () => {
  const { lab, a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  const shot = await a.capture({ file, filter: 'udp', maxSize: '64KiB', keys: false })
  await a.exec(traffic(), send(b.address, 200, 1000))
  const stats = await shot.stop()
  expect(stats).toMatchObject({ packets: 200, dropped: 0 })
  expect(statSync(file).size).toBeLessThanOrEqual(64 * 1024)
  expect(statSync(file).size).toBeGreaterThan(62 * 1024)
  const { packets, statistics } = readCapture(file)
  expect(numbersIn(packets)).toEqual(packets.map((_, at) => at))
  expect(packets.length).toBe(200 - stats.omitted)
  expect(statistics).toMatchObject([{ accepted: 200n, delivered: BigInt(packets.length) }])
  expect(lab.events.filter(({ type }) => type === 'capture.full')).toHaveLength(1)
})

//   a ---- b      a is captured twice at once
test('two captures do not disturb each other, and the file of one is its own', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  const [one, two] = [captureFile(), captureFile()]
  const first = await a.capture({ file: one, filter: 'udp' })
  const second = await a.capture({ file: two, filter: 'udp' })
  await expect(a.capture({ file: one })).rejects.toMatchObject({ code: 'CAPTURE_FAILED' })
  await a.exec(traffic(), send(b.address, 5))
  await first.stop()
  await a.exec(traffic(), send(b.address, 5))
  await second.stop()
  expect(numbersIn(readCapture(one).packets)).toEqual([0, 1, 2, 3, 4])
  expect(numbersIn(readCapture(two).packets)).toHaveLength(10)
  const again = await a.capture({ file: one })
  await again.stop()
  expect(readCapture(one).packets).toEqual([])
})

//   a ---- b      captured while a program writes all the time
test('what has arrived is in the file before anybody stops it', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  {
    await using shot = await a.capture({ file, filter: 'udp' })
    await a.exec(traffic(), send(b.address, 3))
    await eventually('the file has them', () => existsSync(file) && statSync(file).size > 600)
    await shot.stats()
    expect(numbersIn(readCapture(file).packets)).toEqual([0, 1, 2])
    expect(readCapture(file).statistics).toEqual([])
  }
  expect(readCapture(file).statistics).toHaveLength(1)
})
