import { expect, test } from 'vitest'
import { BOTH, Gate, TableBarrier } from '../../src/fault/gate.js'
import { redirectAdd, redirectDelete } from '../../src/kernel/rtnetlink/filter.js'
import { linkDelete } from '../../src/kernel/rtnetlink/link.js'
import { qdiscAdd } from '../../src/kernel/rtnetlink/qdisc.js'
import {
  addressOf,
  buildLan,
  joinPorts,
  portIndex,
  portName,
  udp,
  until,
} from '../kernel/fixture/lan.js'
import { type Namespaces, withNamespaces } from '../kernel/fixture/namespaces.js'

/** The two sockets, each of which has heard the other. */
async function talkers({ hosts }: Namespaces) {
  const [a, b] = await Promise.all(hosts.map((host) => udp(host, 7000)))
  const say = (from: 0 | 1, word: string) =>
    (from === 0 ? a! : b!).send(word, 7000, addressOf(1 - from))
  for (const from of [0, 1] as const) {
    say(from, 'hello')
    await until(() => (from === 0 ? b! : a!).seen.length === 1)
  }
  const close = () => {
    for (const socket of [a!, b!]) socket.close()
  }
  return { a: a!, b: b!, say, close }
}

//   host 0 ---- p1000 [b999] p1001 ---- host 1      the gate is at p1000
function atBridge({ fabric }: Namespaces): TableBarrier {
  return new TableBarrier(fabric.netfilter, 'gate', (direction) => ({
    device: portName(0),
    hook: direction === 0 ? 'ingress' : 'egress',
  }))
}

test('a gate is closed as long as somebody holds it, each direction by itself', () =>
  withNamespaces(2, async (namespaces) => {
    await buildLan(namespaces)
    const { a, b, say, close } = await talkers(namespaces)
    const gate = new Gate()
    gate.hang(atBridge(namespaces))
    gate.close('one', [0])
    gate.close('two', BOTH)
    say(0, 'lost')
    say(1, 'lost')
    await until(() => gate.eaten(0).packets === 1 && gate.eaten(1).packets === 1)
    gate.open('two')
    expect(BOTH.map((direction) => gate.isClosed(direction))).toEqual([true, false])
    say(0, 'lost')
    say(1, 'heard')
    await until(() => gate.eaten(0).packets === 2 && a.seen.length === 2)
    gate.open('nobody')
    gate.open('one')
    say(0, 'heard')
    await until(() => b.seen.length === 2)
    expect([a.seen, b.seen]).toEqual([
      ['hello', 'heard'],
      ['hello', 'heard'],
    ])
    // What was eaten stays counted.
    // Ethernet, IP and UDP headers, at whichever hook they were met.
    expect(gate.eaten(0).bytes).toBe(2 * (14 + 20 + 8 + 'lost'.length))
    close()
  }))

test('a barrier that is hung while the gate is held closes at once, and the count goes on', () =>
  withNamespaces(2, async (namespaces) => {
    await buildLan(namespaces)
    const { b, say, close } = await talkers(namespaces)
    const gate = new Gate()
    gate.close('one', [0])
    gate.hang(atBridge(namespaces))
    say(0, 'lost')
    await until(() => gate.eaten(0).packets === 1)
    gate.hang(atBridge(namespaces))
    expect(gate.eaten(0).packets).toBe(1)
    say(0, 'lost')
    await until(() => gate.eaten(0).packets === 2)
    gate.unhang()
    say(0, 'heard')
    await until(() => b.seen.length === 2)
    expect(gate.eaten(0).packets).toBe(2)
    close()
  }))

test('the count survives the port, which takes the chain away on older kernels', () =>
  withNamespaces(2, async (namespaces) => {
    await buildLan(namespaces)
    const { say, close } = await talkers(namespaces)
    const gate = new Gate()
    gate.hang(atBridge(namespaces))
    gate.close('one', [0])
    say(0, 'lost')
    await until(() => gate.eaten(0).packets === 1)
    gate.keepCount()
    namespaces.fabric.route.request(linkDelete(portIndex(0)))
    gate.unhang()
    expect(gate.eaten(0).packets).toBe(1)
    close()
  }))

//   host 0 ---- p1000 ==redirects== p1001 ---- host 1
test('redirected frames pass no hook: the redirect goes while the gate is closed', () =>
  withNamespaces(2, async (namespaces) => {
    const { route, netfilter } = namespaces.fabric
    await joinPorts(namespaces)
    const redirect = (direction: 0 | 1, present: boolean) => {
      const [from, to] = [portIndex(direction), portIndex(1 - direction)]
      route.batch([
        present ? redirectAdd({ from, to }) : redirectDelete(from, { allow: ['ENOENT', 'EINVAL'] }),
      ])
    }
    route.batch(BOTH.map((direction) => qdiscAdd(portIndex(direction), 'clsact')))
    for (const direction of BOTH) redirect(direction, true)
    const { a, b, say, close } = await talkers(namespaces)
    const gate = new Gate()
    const where = (direction: 0 | 1) => ({ device: portName(direction), hook: 'ingress' as const })
    gate.hang(new TableBarrier(netfilter, 'gate', where, redirect))
    gate.close('one', [1])
    say(1, 'lost')
    await until(() => gate.eaten(1).packets === 1)
    say(0, 'heard')
    await until(() => b.seen.length === 2)
    gate.open('one')
    say(1, 'heard')
    await until(() => a.seen.length === 2)
    expect(a.seen).toEqual(['hello', 'heard'])
    expect(gate.eaten(1).packets).toBe(1)
    close()
  }))
