import { once } from 'node:events'
import { expect, test } from 'vitest'
import { closeFd } from '../../../src/ffi/fd.js'
import { destroySockets } from '../../../src/kernel/sockdiag/destroy.js'
import { socketList } from '../../../src/kernel/sockdiag/socket.js'
import {
  AF_INET6,
  addressOf,
  buildLan,
  SOCK_DGRAM,
  tcpConnect,
  tcpServer,
  udp,
} from '../fixture/lan.js'
import { withNamespaces } from '../fixture/namespaces.js'

test('sockets of a namespace are listed, those of others are not', () =>
  withNamespaces(2, async (namespaces) => {
    await buildLan(namespaces)
    const [a, b] = namespaces.hosts
    const server = await tcpServer(a!, 8080)
    const accepted = once(server, 'connection')
    const client = await tcpConnect(b!, addressOf(0), 8080)
    const [connection] = await accepted
    const datagrams = await udp(a!, 53)
    const six = await a!.socket(AF_INET6, SOCK_DGRAM, 0, 5353)

    const listed = socketList(a!.diag)
    expect(listed).toHaveLength(4)
    expect(listed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          protocol: 'tcp',
          state: 'listen',
          localAddress: '0.0.0.0',
          localPort: 8080,
        }),
        expect.objectContaining({
          protocol: 'tcp',
          state: 'established',
          localAddress: addressOf(0),
          localPort: 8080,
          remoteAddress: addressOf(1),
          remotePort: client.localPort,
        }),
        expect.objectContaining({ protocol: 'udp', state: 'close', localPort: 53 }),
        expect.objectContaining({ protocol: 'udp', localAddress: '::', localPort: 5353 }),
      ]),
    )
    expect(socketList(b!.diag)).toHaveLength(1)
    expect(socketList(namespaces.fabric.diag)).toEqual([])
    closeFd(six)
    datagrams.close()
    connection.destroy()
    client.destroy()
    server.close()
  }))

test('destroyed sockets are dead for their holders and their peers', () =>
  withNamespaces(2, async (namespaces) => {
    await buildLan(namespaces)
    const [a, b] = namespaces.hosts
    const server = await tcpServer(a!, 8080)
    const accepted = once(server, 'connection')
    const client = await tcpConnect(b!, addressOf(0), 8080)
    const [connection] = await accepted
    const datagrams = await udp(a!, 53)
    const errors = Promise.all([
      once(connection, 'error'),
      once(client, 'error'),
      once(datagrams, 'error'),
    ])
    const six = await a!.socket(AF_INET6, SOCK_DGRAM, 0, 5353)

    expect(destroySockets(a!.diag)).toBe(4)
    const codes = (await errors).map(([error]) => error.code)
    expect(codes).toEqual(['ECONNABORTED', 'ECONNRESET', 'ECONNABORTED'])
    // The listening one keeps its port until its holder closes it, but it does not listen any more.
    const tcp = socketList(a!.diag).filter(({ protocol }) => protocol === 'tcp')
    expect(tcp.map(({ localPort, state }) => [localPort, state])).toEqual([[8080, 'close']])
    await expect(tcpConnect(b!, addressOf(0), 8080)).rejects.toThrow('ECONNREFUSED')
    expect(destroySockets(b!.diag)).toBe(0)
    closeFd(six)
    datagrams.close()
    server.close()
  }))
