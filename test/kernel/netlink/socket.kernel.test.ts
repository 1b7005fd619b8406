import { openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NetrigError } from '../../../src/base/errors.js'
import type { NetlinkError } from '../../../src/kernel/netlink/error.js'
import type { Reply } from '../../../src/kernel/netlink/message.js'
import { NetlinkSocket } from '../../../src/kernel/netlink/socket.js'
import { addressAdd, addressList } from '../../../src/kernel/rtnetlink/address.js'
import { bridgeCreate } from '../../../src/kernel/rtnetlink/bridge.js'
import { linkDelete, linkQuery, linkSet } from '../../../src/kernel/rtnetlink/link.js'
import { linkGet, linkList, readLink } from '../../../src/kernel/rtnetlink/link-list.js'
import { withNamespaces } from '../fixture/namespaces.js'

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    addressAdd({ index: 1, address: `10.0.${index >> 8}.${index & 255}`, prefix: 32 }),
  )

test('thousands of messages in one batch, and thousands of objects in one dump', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    route.batch(addresses(3000))
    expect(addressList(route)).toHaveLength(3000)
    route.batch([])
  }))

test('thousands of refusals do not overrun the socket, and the first is told', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    const all = addresses(3000)
    route.batch([...all.slice(0, 5), ...all.slice(6)])
    let error: NetlinkError | undefined
    try {
      route.batch([all[5]!, ...all])
    } catch (caught) {
      error = caught as NetlinkError
    }
    expect(error).toMatchObject({
      index: 1,
      errno: 'EEXIST',
      object: '10.0.0.0/32 on device number 1',
    })
    expect(error!.message).toContain('(and 2999 more of this batch failed)')
    // The socket is as good as new.
    expect(linkList(route)).toHaveLength(1)
    expect(() => route.request(all[7]!)).toThrow(/EEXIST/)
  }))

test('what a message allows is no error, wherever it stands', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    const gone = linkDelete('nobody', { allow: ['ENODEV'] })
    route.batch([gone, bridgeCreate({ name: 'br', index: 5 }), gone])
    route.batch([gone])
    expect(linkGet(route, 'br').index).toBe(5)
    expect(() => route.batch([gone, linkDelete('nobody'), gone])).toThrow(
      expect.objectContaining({ index: 1, errno: 'ENODEV', object: 'device nobody' }),
    )
  }))

test('several objects at once, in the order of the questions', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    const names = Array.from({ length: 100 }, (_, index) => `b${index}`)
    route.batch(names.map((name) => bridgeCreate({ name })))
    const name = (reply: Reply) => readLink(reply).name
    expect(
      route.getAll(
        names.map((each) => linkQuery(each)),
        name,
      ),
    ).toEqual(names)
    const missing = { ...linkQuery('nobody'), allow: ['ENODEV'] }
    expect(route.getAll([linkQuery('b7'), missing, linkQuery('b8')], name)).toEqual([
      'b7',
      undefined,
      'b8',
    ])
    expect(() =>
      route.getAll([...names.map((each) => linkQuery(each)), linkQuery('nobody')], name),
    ).toThrow(expect.objectContaining({ index: 100, errno: 'ENODEV', object: 'device nobody' }))
    expect(route.getAll([], name)).toEqual([])
  }))

test('one object that is not there', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    expect(() => linkGet(route, 4242)).toThrow(
      expect.objectContaining({
        operation: 'RTM_GETLINK',
        errno: 'ENODEV',
        object: 'device number 4242',
      }),
    )
    expect(linkGet(route, 'lo').index).toBe(1)
  }))

test('a closed socket says so', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    route.close()
    route.close()
    expect(() => route.request(linkSet(1, { up: true }))).toThrow(
      expect.objectContaining({ errno: 'EBADF', operation: 'RTM_NEWLINK (set)' }),
    )
    expect(() => linkList(route)).toThrow(NetrigError)
  }))

test('a descriptor that is no netlink socket is refused at once', () => {
  const fd = openSync('/dev/null', 'r')
  expect(() => new NetlinkSocket(fd)).toThrow('ENOTSOCK')
})
