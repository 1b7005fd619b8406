import { expect, test } from 'vitest'
import { RulePacket } from '../../../src/wire/rules/index.js'

const ethernet = '020000000002020000000001'
const bytes = (...parts: string[]) => new Uint8Array(Buffer.from(parts.join(''), 'hex'))
const ipv4 = (proto: string, length: string, fragment = '0000') =>
  `4500${length}0000${fragment}40${proto}0000${'0a000001'}${'0a000002'}`
const tcp = '1f90005000000001000000025012010000000000'

test('TCP in IPv4', () => {
  const packet = new RulePacket(bytes(ethernet, '0800', ipv4('06', '002a'), tcp, '6869'), 'a')
  expect(packet).toMatchObject({
    leaving: 'a',
    ethertype: 0x0800,
    from: '10.0.0.1',
    to: '10.0.0.2',
    proto: 6,
    fromPort: 8080,
    toPort: 80,
    tcp: { seq: 1, ack: 2, flags: ['SYN', 'ACK'], window: 256 },
  })
  expect(packet.text()).toBe('hi')
})

test('padding is no payload', () => {
  const packet = new RulePacket(
    bytes(ethernet, '0800', ipv4('06', '0028'), tcp, '000000000000'),
    'a',
  )
  expect(packet.payload).toHaveLength(0)
})

test('UDP in IPv6 behind tags and extension headers', () => {
  const address = (last: number) => `fd00${'0'.repeat(27)}${last}`
  const ip = `6000000000130040${address(1)}${address(2)}`
  const [hops, udp] = ['1100010400000000', '00350035000b0000']
  const tags = '88a8000181000002'
  const packet = new RulePacket(bytes(ethernet, tags, '86dd', ip, hops, udp, '616263'), 'b')
  expect(packet).toMatchObject({ ethertype: 0x86dd, from: 'fd00::1', to: 'fd00::2', proto: 17 })
  expect(packet.fromPort).toBe(53)
  expect(packet.text()).toBe('abc')
})

test('what is not there is undefined', () => {
  const arp = new RulePacket(bytes(ethernet, '0806', '00'.repeat(28)), 'a')
  expect(arp).toMatchObject({
    ethertype: 0x0806,
    from: undefined,
    proto: undefined,
    tcp: undefined,
  })
  const later = new RulePacket(bytes(ethernet, '0800', ipv4('06', '0028', '0001'), tcp), 'a')
  expect(later).toMatchObject({ proto: 6, fromPort: undefined, tcp: undefined })
})

test('no bytes bring it down', () => {
  const whole = bytes(ethernet, '86dd', '60'.repeat(40), '2c'.repeat(60))
  for (let size = 0; size <= whole.length; size += 1) {
    const cut = whole.slice(0, size)
    expect(new RulePacket(cut, 'a').bytes).toBe(cut)
    for (let at = 12; at < size; at += 7) {
      const changed = cut.slice()
      changed[at] = 0xff
      expect(new RulePacket(changed, 'a').bytes).toBe(changed)
    }
  }
})
