import { Ancillary, type Assembler, Code, type Label } from '../../../kernel/bpf/assembler.js'
import { compareBytes, testSides } from './fields.js'
import { Ethertype, type Test, type Transport } from './syntax.js'

/** What the code of a test is made for. */
export interface Target {
  readonly code: Assembler
  readonly yes: Label
  readonly no: Label
  /** Ports whose packets are turned round: see `INTERFACE_FLIPPED` in native/capture/request.h. */
  readonly flipped: readonly number[]
}

/** Memory: where the ethertype stands, behind VLAN tags if there are any. The network header is 2 further. */
const TYPE_AT = 0
const NETWORK = 2
/** linux/if_packet.h */
const PACKET_OUTGOING = 4

/** Offsets in an IPv4 header (RFC 791), an IPv6 header (RFC 8200) and an ARP packet of Ethernet (RFC 826). */
const IPV4 = { fragment: 6, protocol: 9, src: 12, dst: 16 } as const
const IPV6 = { next: 6, src: 8, dst: 24, length: 40 } as const
const ARP = { src: 14, dst: 24 } as const
const FRAGMENT_HEADER = 44
const EVERYBODY = new Uint8Array(6).fill(0xff)

/** Finds the ethertype behind up to two VLAN tags; goes before every other test. */
export function findType(code: Assembler): void {
  const done = code.label()
  for (const offset of [12, 16]) {
    const tagged = code.label()
    const next = code.label()
    const plain = code.label()
    code.emit(Code.LoadXImmediate, offset)
    code.emit(Code.StoreX, TYPE_AT)
    code.emit(Code.LoadHalfAbsolute, offset)
    code.jump(Code.JumpEqual, Ethertype.vlan, tagged, next)
    code.place(next)
    code.jump(Code.JumpEqual, Ethertype.serviceVlan, tagged, plain)
    code.place(plain)
    code.goto(done)
    code.place(tagged)
  }
  code.emit(Code.LoadXImmediate, 20)
  code.emit(Code.StoreX, TYPE_AT)
  code.place(done)
}

/** Whether the code of a test needs what {@link findType} finds. */
export function needsType({ test }: Test): boolean {
  return ['ethertype', 'transport', 'net', 'port'].includes(test)
}

export function compileTest(test: Test, target: Target): void {
  const { code, yes, no } = target
  switch (test.test) {
    case 'ethertype':
      type(target, test.value, yes, no)
      break
    case 'transport':
      transport(target, test.transport)
      break
    case 'net':
      net(target, test)
      break
    case 'port':
      port(target, test)
      break
    case 'mac':
      mac(target, test)
      break
    case 'multicast':
      code.emit(Code.LoadByteAbsolute, 0)
      code.jump(Code.JumpSet, 1, yes, no)
      break
    case 'broadcast':
      compareBytes(code, { absolute: true, at: 0, bytes: EVERYBODY, bits: 48 }, yes, no)
      break
    case 'vlan':
      vlan(target, test.id)
      break
    // `less 64` is a length of at most 64, `greater 64` of at least 64: pcap-filter(7).
    case 'less':
      code.emit(Code.LoadLength)
      code.jump(Code.JumpGreater, test.length, no, yes)
      break
    case 'greater':
      code.emit(Code.LoadLength)
      code.jump(Code.JumpAtLeast, test.length, yes, no)
      break
    case 'inbound':
      direction(target, yes, no)
      break
    case 'outbound':
      direction(target, no, yes)
      break
  }
}

function type({ code }: Target, value: number, yes: Label, no: Label): void {
  code.emit(Code.LoadXMemory, TYPE_AT)
  code.emit(Code.LoadHalf, 0)
  code.jump(Code.JumpEqual, value, yes, no)
}

/** Goes to `yes` with X at the ethertype, where the packet has this protocol, to `no` otherwise. */
function transportIn(target: Target, version: 4 | 6, number: number, yes: Label, no: Label): void {
  const { code } = target
  const [right, other, fragment] = [code.label(), code.label(), code.label()]
  type(target, version === 4 ? Ethertype.ip : Ethertype.ip6, right, no)
  code.place(right)
  code.emit(Code.LoadByte, NETWORK + (version === 4 ? IPV4.protocol : IPV6.next))
  code.jump(Code.JumpEqual, number, yes, version === 4 ? no : other)
  if (version === 4) return
  code.place(other)
  code.jump(Code.JumpEqual, FRAGMENT_HEADER, fragment, no)
  code.place(fragment)
  code.emit(Code.LoadByte, NETWORK + IPV6.length)
  code.jump(Code.JumpEqual, number, yes, no)
}

function transport(target: Target, { number, versions }: Transport): void {
  const { code, yes, no } = target
  for (const version of versions) {
    const next = code.label()
    transportIn(target, version, number, yes, next)
    code.place(next)
  }
  code.goto(no)
}

type PortTest = Extract<Test, { test: 'port' }>

function port(target: Target, { which, transports, low, high }: PortTest): void {
  const { code, yes, no } = target
  for (const { number, versions } of transports) {
    for (const version of versions) {
      const [found, next] = [code.label(), code.label()]
      transportIn(target, version, number, found, next)
      code.place(found)
      const at = version === 4 ? skipHeader(target, no) : NETWORK + IPV6.length
      testSides(
        code,
        which,
        (side, right, wrong) => {
          const least = code.label()
          code.emit(Code.LoadHalf, at + (side === 'src' ? 0 : 2))
          code.jump(Code.JumpAtLeast, low, least, wrong)
          code.place(least)
          code.jump(Code.JumpGreater, high, wrong, right)
        },
        yes,
        no,
      )
      code.place(next)
    }
  }
  code.goto(no)
}

/** X := X and the length of the IPv4 header; only a first fragment has ports. */
function skipHeader({ code }: Target, no: Label): number {
  const first = code.label()
  code.emit(Code.LoadHalf, NETWORK + IPV4.fragment)
  code.jump(Code.JumpSet, 0x1fff, no, first)
  code.place(first)
  code.emit(Code.LoadByte, NETWORK)
  code.emit(Code.And, 0xf)
  code.emit(Code.ShiftLeft, 2)
  code.emit(Code.AddX)
  code.emit(Code.ToX)
  return NETWORK
}

type NetTest = Extract<Test, { test: 'net' }>

function net(target: Target, { which, address, prefix, within }: NetTest): void {
  const { code, yes, no } = target
  for (const ethertype of within) {
    const [right, next] = [code.label(), code.label()]
    const at = ethertype === Ethertype.ip ? IPV4 : ethertype === Ethertype.ip6 ? IPV6 : ARP
    type(target, ethertype, right, next)
    code.place(right)
    testSides(
      code,
      which,
      (side, found, wrong) => {
        compareBytes(
          code,
          { absolute: false, at: NETWORK + at[side], bytes: address, bits: prefix },
          found,
          wrong,
        )
      },
      yes,
      no,
    )
    code.place(next)
  }
  code.goto(no)
}

function mac({ code, yes, no }: Target, { which, address }: Extract<Test, { test: 'mac' }>): void {
  testSides(
    code,
    which,
    (side, found, wrong) => {
      const at = side === 'dst' ? 0 : 6
      compareBytes(code, { absolute: true, at, bytes: address, bits: 48 }, found, wrong)
    },
    yes,
    no,
  )
}

/** The kernel takes the outer tag off, and knows it; a tag that it has not met yet stands in the frame. */
function vlan({ code, yes, no }: Target, id: number | undefined): void {
  const [present, absent, tagged, other, service] = Array.from({ length: 5 }, () => code.label())
  code.emit(Code.LoadWordAbsolute, Ancillary.VlanTagPresent)
  code.jump(Code.JumpEqual, 0, absent!, present!)
  code.place(present!)
  matchId(code, Code.LoadWordAbsolute, Ancillary.VlanTag, id, yes, no)
  code.place(absent!)
  code.emit(Code.LoadHalfAbsolute, 12)
  code.jump(Code.JumpEqual, Ethertype.vlan, tagged!, other!)
  code.place(other!)
  code.jump(Code.JumpEqual, Ethertype.serviceVlan, service!, no)
  code.place(service!)
  code.place(tagged!)
  matchId(code, Code.LoadHalfAbsolute, 14, id, yes, no)
}

function matchId(
  code: Assembler,
  load: number,
  at: number,
  id: number | undefined,
  yes: Label,
  no: Label,
): void {
  if (id === undefined) {
    code.goto(yes)
    return
  }
  code.emit(load, at)
  code.emit(Code.And, 0xfff)
  code.jump(Code.JumpEqual, id, yes, no)
}

/** A port of the fabric sends what comes in to its host. */
function direction({ code, flipped }: Target, inbound: Label, outbound: Label): void {
  const [turned, straight, here] = [code.label(), code.label(), code.label()]
  if (flipped.length > 0) {
    code.emit(Code.LoadWordAbsolute, Ancillary.Interface)
    for (const index of flipped) {
      const next = code.label()
      code.jump(Code.JumpEqual, index, turned, next)
      code.place(next)
    }
    code.goto(straight)
    code.place(turned)
    code.emit(Code.LoadWordAbsolute, Ancillary.PacketType)
    code.jump(Code.JumpEqual, PACKET_OUTGOING, outbound, here)
    code.place(here)
    code.goto(inbound)
  }
  code.place(straight)
  code.emit(Code.LoadWordAbsolute, Ancillary.PacketType)
  code.jump(Code.JumpEqual, PACKET_OUTGOING, inbound, outbound)
}
