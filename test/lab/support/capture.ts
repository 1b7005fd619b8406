import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Host, log } from '../../../src/index.js'
import { type Pcapng, type PcapngPacket, readPcapng } from '../../support/pcapng.js'
import { traffic } from './traffic.js'

/** A path for a capture, in a folder that goes with the test. */
export function captureFile(name = 'shot.pcapng', finished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-capture-'))
  finished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

/** What is in a file, every rule of the format checked. */
export function readCapture(path: string): Pcapng {
  return readPcapng(readFileSync(path))
}

/** A frame of Ethernet, IPv4 and UDP in words; undefined for another one. */
export interface Datagram {
  readonly src: string
  readonly dst: string
  readonly port: number
  readonly payload: Buffer
}

export function datagramOf({ data }: PcapngPacket): Datagram | undefined {
  if (data.readUInt16BE(12) !== 0x0800 || data[23] !== 17) return undefined
  const transport = 14 + (data[14]! & 15) * 4
  return {
    src: data.subarray(26, 30).join('.'),
    dst: data.subarray(30, 34).join('.'),
    port: data.readUInt16BE(transport + 2),
    payload: data.subarray(transport + 8),
  }
}

/** Numbers of the datagrams of traffic() that went to a port, in the order of the file. */
export function numbersIn(packets: readonly PcapngPacket[], port = 4000): number[] {
  return packets.flatMap((packet) => {
    const datagram = datagramOf(packet)
    return datagram?.port === port ? [datagram.payload.readUInt32LE(0)] : []
  })
}

/**
 * Lets hosts take datagrams of traffic(): where nobody does, every second one of a sender is an error that
 * tells of the one before. They take them again when they come back after a crash.
 */
export async function listening(...hosts: readonly Host[]): Promise<void> {
  const words = ['udp-collect', '4000', '60000']
  const options = { ready: log(/ready/), restart: true }
  await Promise.all(hosts.map((host) => host.spawn(traffic(), words, options).ready))
}
