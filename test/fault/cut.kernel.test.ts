import { expect, test } from 'vitest'
import { Cut, type CutPlan } from '../../src/fault/cut.js'
import { Gate, TableBarrier } from '../../src/fault/gate.js'
import { addressOf, buildLan, portIndex, portName, udp, until } from '../kernel/fixture/lan.js'
import { withNamespaces } from '../kernel/fixture/namespaces.js'

const port = (host: number) => ({ name: portName(host), index: portIndex(host) })
const BOTH_WAYS = { aToB: true, bToA: true }

//   hosts 0, 1, 2 on one bridge
test('a cut acts on the ports that there are whenever it is asked again, and sums what it ate', () =>
  withNamespaces(3, async (namespaces) => {
    await buildLan(namespaces)
    const sockets = await Promise.all(namespaces.hosts.map((host) => udp(host, 7000)))
    const say = (from: number, to: number, word: string) =>
      sockets[from]!.send(word, 7000, addressOf(to))
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [0, 2],
    ] as const) {
      say(from, to, 'hello')
      await until(() => sockets[to]!.seen.includes('hello'))
    }
    let plan: CutPlan = { domains: [{ a: [port(0)], b: [port(1)] }], gates: [] }
    const cut = new Cut('cut', namespaces.fabric.netfilter, () => plan, BOTH_WAYS)
    say(0, 1, 'lost')
    await until(() => cut.effect().packets === 1)
    say(0, 2, 'heard')
    await until(() => sockets[2]!.seen.length === 2)

    plan = { domains: [{ a: [port(0)], b: [port(1), port(2)] }], gates: [] }
    cut.refresh()
    expect(cut.effect().packets).toBe(1)
    say(0, 2, 'lost')
    await until(() => cut.effect().packets === 2)

    // A group without ports, as when its only host is down.
    plan = { domains: [{ a: [port(0)], b: [] }], gates: [] }
    cut.refresh()
    say(0, 1, 'heard')
    await until(() => sockets[1]!.seen.length === 2)
    expect(cut.effect().packets).toBe(2)

    plan = { domains: [{ a: [port(0)], b: [port(1)] }], gates: [] }
    cut.refresh()
    say(1, 0, 'lost')
    await until(() => cut.effect().packets === 3)
    cut.heal()
    cut.refresh()
    cut.heal()
    say(1, 0, 'heard')
    await until(() => sockets[0]!.seen.length === 2)
    expect(cut.active).toBe(false)
    expect(cut.effect().packets).toBe(3)
    // Ethernet, IP and UDP headers: where a port sends, the frame is whole again.
    expect(cut.effect().bytes).toBe(3 * (14 + 20 + 8 + 'lost'.length))
    expect(sockets.flatMap(({ seen }) => seen)).not.toContain('lost')
    for (const socket of sockets) socket.close()
  }))

//   hosts 0 and 1 on one bridge, with a gate at the port of host 0
test('a cut counts at a gate only what was eaten since it began, and leaves it to others that hold it', () =>
  withNamespaces(2, async (namespaces) => {
    const { netfilter } = namespaces.fabric
    await buildLan(namespaces)
    const [a, b] = await Promise.all(namespaces.hosts.map((host) => udp(host, 7000)))
    a!.send('hello', 7000, addressOf(1))
    await until(() => b!.seen.length === 1)
    const gate = new Gate()
    gate.hang(
      new TableBarrier(netfilter, 'gate', (direction) => ({
        device: portName(0),
        hook: direction === 0 ? 'ingress' : 'egress',
      })),
    )
    gate.close('link.down', [0, 1])
    a!.send('lost', 7000, addressOf(1))
    await until(() => gate.eaten(0).packets === 1)
    const plan: CutPlan = { domains: [], gates: [{ gate, directions: [0] }] }
    const cut = new Cut('cut', netfilter, () => plan, { aToB: true, bToA: false })
    expect(cut.effect().packets).toBe(0)
    a!.send('lost', 7000, addressOf(1))
    await until(() => cut.effect().packets === 1)
    gate.open('link.down')
    a!.send('lost', 7000, addressOf(1))
    await until(() => cut.effect().packets === 2)
    b!.send('the other way', 7000, addressOf(0))
    await until(() => a!.seen.length === 1)
    cut.heal()
    a!.send('heard', 7000, addressOf(1))
    await until(() => b!.seen.length === 2)
    expect(cut.effect().packets).toBe(2)
    for (const socket of [a!, b!]) socket.close()
  }))
