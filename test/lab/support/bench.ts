import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { NetrigError } from '../../../src/base/errors.js'
import { createLab, type Host, type Lab } from '../../../src/index.js'
import type { LabOptions } from '../../../src/lab/options.js'

/**
 * A lab that ends with its test.
 *
 * @param finished a test that runs beside others passes its own `onTestFinished`
 */
export async function aLab(options: LabOptions = {}, finished = onTestFinished): Promise<Lab> {
  const lab = await createLab(options)
  finished(() => lab.stop())
  return lab
}

/** A lab that is up: `a ---- b`. It ends with its test. */
export async function aPair(options: LabOptions = {}): Promise<{ lab: Lab; a: Host; b: Host }> {
  const lab = await aLab(options)
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  return { lab, a, b }
}

/** Nobody listens there, so a host that hears a SYN answers it by RST at once. */
const CLOSED_PORT = 9

/** How long a test waits for what must come, in ms: machines under load are slow. */
export const PATIENCE = 10_000
/** How long it waits for what must not come. */
export const SILENCE = 250

/**
 * Whether packets go to a host and back: a connection to a closed port is refused by the host itself.
 * No program runs for it.
 *
 * @returns milliseconds until the answer came, undefined when none came
 */
export async function answerTime(
  from: Host,
  to: Host | string,
  timeout = PATIENCE,
): Promise<number | undefined> {
  const host = typeof to === 'string' ? to : to.name
  const begin = performance.now()
  try {
    const socket = await from.connect({ host, port: CLOSED_PORT, timeout })
    socket.destroy()
    throw new Error(`something listens on port ${CLOSED_PORT} of ${host}`)
  } catch (error) {
    if (!(error instanceof NetrigError) || error.code !== 'CONNECT_FAILED') throw error
    if (error.errno === 'ECONNREFUSED') return performance.now() - begin
    if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(String(error.errno))) return undefined
    throw error
  }
}

/**
 * True when a host answers; waits long for it. Asks again: a host that asked for an address in vain goes
 * on refusing for the rest of three seconds (EHOSTUNREACH, RFC 1122 section 2.3.2.2).
 */
export async function reaches(from: Host, to: Host | string): Promise<boolean> {
  const end = performance.now() + PATIENCE
  while (performance.now() < end) {
    if ((await answerTime(from, to)) !== undefined) return true
  }
  return false
}

/** True when a host says nothing for a while. */
export async function silent(from: Host, to: Host | string): Promise<boolean> {
  return (await answerTime(from, to, SILENCE)) === undefined
}

/** An established TCP connection, whose server sends back what it hears. */
export interface Talk {
  readonly client: Socket
  readonly server: Server
  /** Says a word and waits for the echo; undefined when it does not come in time. */
  say(word: string, timeout?: number): Promise<string | undefined>
}

export async function talk(from: Host, to: Host, address = to.name): Promise<Talk> {
  const server = await to.listen({ port: 0 })
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  const { port } = server.address() as { port: number }
  const client = await from.connect({ host: address, port, timeout: PATIENCE })
  client.setEncoding('utf8')
  client.setNoDelay(true)
  client.on('error', () => undefined)
  let heard = ''
  let onWord: () => void = () => undefined
  client.on('data', (text: string) => {
    heard += text
    onWord()
  })
  client.on('close', () => onWord())
  return {
    client,
    server,
    say: async (word, timeout = PATIENCE) => {
      client.write(`${word}\n`)
      const end = performance.now() + timeout
      while (!heard.includes(`${word}\n`)) {
        if (performance.now() > end || client.destroyed) return undefined
        const news = new Promise<void>((resolve) => {
          onWord = resolve
        })
        await Promise.race([news, sleep(Math.max(1, end - performance.now()))])
      }
      return word
    },
  }
}

/** Polls until something holds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>) {
  const end = performance.now() + PATIENCE
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE} ms: ${what}`)
    await sleep(5)
  }
}

/** What a file says inside a host. */
export async function read(host: Host, path: string): Promise<string> {
  return (await host.exec('cat', [path])).stdout.trim()
}

/** A file of an interface below /sys/class/net, as the host sees it. */
export function ofInterface(host: Host, name: string, file: string): Promise<string> {
  return read(host, `/sys/class/net/${name}/${file}`)
}

/** The names of a host's interfaces, in order: what else is in that folder (bonding_masters) is no folder. */
export async function interfaceNames(host: Host): Promise<string[]> {
  const { stdout } = await host.exec('sh', ['-c', 'cd /sys/class/net && ls -d */'])
  return stdout.replaceAll('/', '').split('\n').sort()
}
