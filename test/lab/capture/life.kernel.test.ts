import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { descendants } from '../../robustness/support/processes.js'
import { computingTakesTime } from '../../support/processor.js'
import { aLab, aPair, reaches } from '../support/bench.js'
import { captureFile, listening, numbersIn, readCapture } from '../support/capture.js'
import { removeTrafficAfterwards, traffic } from '../support/traffic.js'

removeTrafficAfterwards()

const send = (to: string, count: number) => ['udp-send', to, 4000, count, 100, 0].map(String)

//   a ---- b      a is captured, and crashes
test('a capture outlives its host and hears it from its first packet on when it is back', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  const shot = await a.capture({ file, filter: 'udp', interface: ['eth0', 'lo'] })
  const both = async () => {
    await a.exec(traffic(), send(b.address, 2))
    await a.exec(traffic(), send('127.0.0.1', 1))
  }
  await both()
  await a.crash()
  await a.restart()
  await both()
  await a.restart()
  await both()
  const { packets } = await shot.stop()
  expect(packets).toBe(9)
  const read = readCapture(file)
  expect(read.interfaces).toHaveLength(2)
  expect(numbersIn(read.packets)).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 0])
})

//   a ---- b      a is down when the capture begins
test('a host that is down may be captured: it is heard when it comes', async () => {
  const { a, b } = await aPair()
  await listening(a, b)
  await a.crash()
  const file = captureFile()
  const shot = await a.capture({ file, interface: ['eth0', 'lo'] })
  await a.restart()
  expect(await reaches(a, b)).toBe(true)
  await a.exec(traffic(), send('127.0.0.1', 1))
  await shot.stop()
  const { packets, interfaces } = readCapture(file)
  const by = new Set(packets.map((packet) => interfaces[packet.interface]?.name))
  expect(by).toEqual(new Set(['eth0', 'lo']))
})

//   a ---- b      the lab ends while b is flooded
test('a lab that is stopped leaves a complete file', async () => {
  const { lab, a, b } = await aPair()
  const file = captureFile()
  const shot = await b.capture({ file, filter: 'udp' })
  // Without a pause nobody's turn would come where computing takes no time.
  const gap = computingTakesTime ? '0' : '50'
  const flood = a.exec(traffic(), ['udp-send', b.address, '4000', '100000000', '100', gap])
  flood.catch(() => undefined)
  await b.exec('sleep', ['0.2'])
  await lab.stop()
  const stats = await shot.stop()
  const { packets, statistics } = readCapture(file)
  expect(packets.length).toBe(stats.packets)
  expect(packets.length).toBeGreaterThan(100)
  expect(statistics).toHaveLength(1)
  await expect(a.capture({ file: captureFile() })).rejects.toMatchObject({ code: 'LAB_STOPPED' })
})

//   a ---- [lan] ---- b    then  c ---- [lan]  and  a ==== c
test('a capture of the lab is there before its first packet, and follows what comes later', async () => {
  const lab = await aLab({ name: 'all' })
  const file = captureFile()
  const shot = await lab.capture({ file })
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  await listening(a, b)
  await a.exec(traffic(), send(b.address, 1))
  const c = lab.host('c')
  lab.link(c, lan)
  lab.link(a, c)
  await lab.start()
  await c.exec(traffic(), send(b.address, 1))
  await a.exec(traffic(), send(c.interfaces[1]!.addresses[0]!.split('/')[0]!, 1))
  await shot.stop()
  const { interfaces, packets, comment } = readCapture(file)
  expect(comment).toBe("lab 'all'")
  const names = interfaces.map(({ name }) => name)
  expect(names).toEqual(['a:eth0', 'b:eth0', 'c:eth0', 'a:eth1', 'c:eth1'])
  const datagrams = packets.filter((packet) => numbersIn([packet]).length > 0)
  expect(datagrams.map((one) => [names[one.interface], one.direction])).toEqual([
    ['a:eth0', 'out'],
    ['b:eth0', 'in'],
    ['c:eth0', 'out'],
    ['b:eth0', 'in'],
    ['a:eth1', 'out'],
    ['c:eth1', 'in'],
  ])
})

//   a ---- b      a start fails in between
test('a start that fails leaves a capture as it was', async () => {
  const { lab, a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  const shot = await lab.capture({ file, filter: 'udp' })
  lab.host('c', { sysctls: { 'net.ipv4.nonsense': 1 } })
  lab.link(lab.host('d'), a)
  await expect(lab.start()).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  await a.exec(traffic(), send(b.address, 2))
  await shot.stop()
  expect(numbersIn(readCapture(file).packets)).toEqual([0, 0, 1, 1])
})

//   a ---- b      the program that captures is killed
test('a capture that was killed says so when it is stopped, and the lab goes on', async () => {
  const { lab, a, b } = await aPair()
  await listening(a, b)
  const file = captureFile()
  const shot = await a.capture({ file, filter: 'udp' })
  await a.exec(traffic(), send(b.address, 2))
  await shot.stats()
  const program = descendants(process.pid).find(({ name }) => name === 'netrig-capture')
  process.kill(program!.pid, 'SIGKILL')
  await expect(shot.stop()).rejects.toMatchObject({ code: 'CAPTURE_FAILED' })
  expect(numbersIn(readCapture(file).packets)).toEqual([0, 1])
  await lab.start()
  expect(await reaches(a, b)).toBe(true)
  expect(existsSync(file)).toBe(true)
})

//   a ---- b      the lab is stopped while a capture begins
test('a lab that is stopped while a capture begins ends it, and says so', async () => {
  const { lab, a } = await aPair()
  const capture = a.capture({ file: captureFile() })
  const stopped = lab.stop()
  await expect(capture).rejects.toMatchObject({ code: 'LAB_STOPPED' })
  await stopped
  expect(descendants(process.pid).filter(({ name }) => name === 'netrig-capture')).toEqual([])
})
