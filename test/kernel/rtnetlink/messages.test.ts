import { expect, test } from 'vitest'
import { addressAdd, addressDelete } from '../../../src/kernel/rtnetlink/address.js'
import { bridgeCreate } from '../../../src/kernel/rtnetlink/bridge.js'
import { redirectAdd, redirectDelete } from '../../../src/kernel/rtnetlink/filter.js'
import { linkDelete, linkSet } from '../../../src/kernel/rtnetlink/link.js'
import { qdiscAdd } from '../../../src/kernel/rtnetlink/qdisc.js'
import { routeAdd, routeDelete } from '../../../src/kernel/rtnetlink/route.js'
import { vethCreate } from '../../../src/kernel/rtnetlink/veth.js'
import { CREATE_EXCL, check } from './golden.js'

// Golden bytes: structures and attributes by hand from the kernel's UAPI headers, one per line.

test('veth pair', () => {
  check(
    vethCreate(
      { name: 'p1000', index: 1000, up: true, master: 7 },
      { name: 'eth0', index: 2, netns: 9 },
    ),
    16,
    CREATE_EXCL,
    '00 00 0000 e8030000 01000000 01000000', // ifinfomsg: number 1000, up
    '0a00 0300 7031303030000000', // IFLA_IFNAME p1000
    '0800 1f00 01000000 0800 2000 01000000', // one queue each way
    '0800 0a00 07000000', // IFLA_MASTER
    '4c00 1280', // IFLA_LINKINFO
    '0900 0100 7665746800000000', // IFLA_INFO_KIND veth
    '3c00 0280 3800 0180', // IFLA_INFO_DATA, VETH_INFO_PEER
    '00 00 0000 02000000 00000000 00000000', // ifinfomsg of the peer: number 2, down
    '0900 0300 6574683000000000', // IFLA_IFNAME eth0
    '0800 1f00 01000000 0800 2000 01000000',
    '0800 1c00 09000000', // IFLA_NET_NS_FD
  )
})

test('bridge', () => {
  check(
    bridgeCreate({ name: 'b', index: 7, ageing: 15_000 }),
    16,
    CREATE_EXCL,
    '00 00 0000 07000000 00000000 00000000',
    '0600 0300 62000000', // IFLA_IFNAME
    '3400 1280', // IFLA_LINKINFO
    '0b00 0100 6272696467650000', // IFLA_INFO_KIND bridge
    '2400 0280', // IFLA_INFO_DATA
    '0800 0500 00000000', // IFLA_BR_STP_STATE
    '0800 0100 00000000', // IFLA_BR_FORWARD_DELAY
    '0500 1700 00000000', // IFLA_BR_MCAST_SNOOPING
    '0800 0400 dc050000', // IFLA_BR_AGEING_TIME in hundredths of a second
  )
})

test('changes of a link', () => {
  check(
    linkSet(2, {
      up: true,
      mac: '02:00:00:00:00:01',
      mtu: 1400,
      txQueueLength: 5,
      master: 7,
      name: 'x',
      carrier: false,
      netns: 9,
    }),
    16,
    0,
    '00 00 0000 02000000 01000000 01000000',
    '0a00 0100 0200000000010000', // IFLA_ADDRESS
    '0800 0400 78050000', // IFLA_MTU
    '0800 0d00 05000000', // IFLA_TXQLEN
    '0800 0a00 07000000', // IFLA_MASTER
    '0600 0300 78000000', // IFLA_IFNAME
    '0500 2100 00000000', // IFLA_CARRIER
    '0800 1c00 09000000', // IFLA_NET_NS_FD
  )
  check(
    linkSet('eth0', { up: false, addrGenMode: 'none' }),
    16,
    0,
    '00 00 0000 00000000 00000000 01000000',
    '0900 0300 6574683000000000',
    '1000 1a80 0c00 0a80 0500 0800 01000000', // IFLA_AF_SPEC, AF_INET6, IFLA_INET6_ADDR_GEN_MODE
  )
  check(linkDelete(2), 17, 0, '00 00 0000 02000000 00000000 00000000')
})

test('addresses', () => {
  check(
    addressAdd({ index: 2, address: '10.0.0.1', prefix: 24 }),
    20,
    CREATE_EXCL,
    '02 18 00 00 02000000', // ifaddrmsg: AF_INET, /24
    '0800 0200 0a000001 0800 0100 0a000001', // IFA_LOCAL, IFA_ADDRESS
    '0800 0400 0a0000ff', // IFA_BROADCAST
  )
  check(
    addressAdd({ index: 2, address: '10.0.0.1', prefix: 31 }),
    20,
    CREATE_EXCL,
    '02 1f 00 00 02000000',
    '0800 0200 0a000001 0800 0100 0a000001',
  )
  check(
    addressDelete({ index: 2, address: 'fe80::1', prefix: 64 }),
    21,
    0,
    '0a 40 02 fd 02000000', // AF_INET6, IFA_F_NODAD, scope link
    '1400 0200 fe800000000000000000000000000001',
    '1400 0100 fe800000000000000000000000000001',
  )
})

test('routes', () => {
  check(
    routeAdd({ to: 'default', via: '10.7.0.1' }),
    24,
    CREATE_EXCL,
    '02 00 00 00 fe 04 00 01 00000000', // rtmsg: main table, static, universe, unicast
    '0800 0500 0a070001', // RTA_GATEWAY
  )
  check(
    routeAdd({ to: 'fd00::/64', index: 3, metric: 9 }),
    24,
    CREATE_EXCL,
    '0a 40 00 00 fe 04 fd 01 00000000',
    '1400 0100 fd000000000000000000000000000000', // RTA_DST
    '0800 0400 03000000 0800 0600 09000000', // RTA_OIF, RTA_PRIORITY
  )
  check(
    routeDelete({ to: '192.0.2.1' }),
    25,
    0,
    '02 20 00 00 fe 00 ff 00 00000000',
    '0800 0100 c0000201',
  )
  for (const to of ['10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/-1', '10.0.0/8']) {
    expect(() => routeAdd({ to })).toThrow(expect.objectContaining({ code: 'INVALID_ADDRESS' }))
  }
})

test('redirects', () => {
  check(
    qdiscAdd(7, 'clsact'),
    36,
    CREATE_EXCL,
    '00 00 0000 07000000 0000ffff f1ffffff 00000000', // tcmsg: handle ffff:0, parent TC_H_CLSACT
    '0b00 0100 636c736163740000',
  )
  check(
    redirectAdd({ from: 7, to: 8 }),
    44,
    CREATE_EXCL,
    '00 00 0000 07000000 00080080 f2ffffff 00030100', // 800::800 at the ingress, priority 1, all protocols
    '0800 0100 75333200', // TCA_KIND u32
    '6000 0280', // TCA_OPTIONS
    '2400 0500 01 00 01 00 0000 0000 0000 0000 00000000', // TCA_U32_SEL: terminal, one key
    '00000000 00000000 00000000 00000000', // the key: mask 0
    '3800 0780 3400 0180', // TCA_U32_ACT, first action
    '0b00 0100 6d69727265640000', // TCA_ACT_KIND mirred
    '2400 0280 2000 0200', // TCA_ACT_OPTIONS, TCA_MIRRED_PARMS
    '00000000 00000000 04000000 00000000 00000000 01000000 08000000', // stolen, egress redirect, number 8
  )
  check(redirectDelete(7), 45, 0, '00 00 0000 07000000 00000000 f2ffffff 00030100')
})
