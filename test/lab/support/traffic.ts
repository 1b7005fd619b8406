import { afterAll } from 'vitest'
import type { Host } from '../../../src/index.js'
import { Tools } from '../../wire/fixture/tools.js'
import { eventually } from './bench.js'

let tools: Tools | undefined

/** The path of the program that sends and receives datagrams for tests of wires. */
export function traffic(): string {
  tools ??= new Tools()
  return tools.program('traffic')
}

/** To be called once in a file that uses {@link traffic}. */
export function removeTrafficAfterwards(): void {
  afterAll(() => tools?.remove())
}

const PORT = 4000
/** How long silence means that nothing more is on its way, in ms; more than any delay in these tests. */
const IDLE = 250

/** What a stream of datagrams is like. */
export interface Stream {
  readonly count: number
  readonly size?: number
  /** Microseconds from one to the next. */
  readonly gap?: number
}

/** Sends numbered datagrams one way and tells which arrived, in the order of their arrival. */
export async function datagrams(
  from: Host,
  to: Host,
  { count, size = 100, gap = 500 }: Stream,
  address = to.address,
): Promise<number[]> {
  const collect = to.exec(traffic(), ['udp-collect', String(PORT), String(IDLE)])
  let heard = ''
  collect.stdout.on('data', (text) => {
    heard += text
  })
  await Promise.race([collect, eventually('udp-collect is ready', () => heard.includes('ready'))])
  const words = ['udp-send', address, PORT, count, size, gap]
  await from.exec(traffic(), words.map(String))
  collect.kill('SIGUSR1')
  const lines = (await collect).stdout.split('\n')
  return lines.filter((line) => /^\d+$/.test(line)).map(Number)
}

/**
 * Makes two hosts know each other for good. Else each asks for the other again (ARP) from some seconds on,
 * and where one direction is closed the answer, or the question, does not arrive: then the open one is
 * silent, too, as on a real wire.
 */
export async function acquaint(a: Host, b: Host): Promise<void> {
  await Promise.all(
    [
      [a, b],
      [b, a],
    ].map(([one, other]) => {
      const { mac } = other!.interfaces[0]!
      return one!.exec(traffic(), ['know', 'eth0', other!.address, mac])
    }),
  )
}
