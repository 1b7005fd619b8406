import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { NetrigError } from '../../base/errors.js'
import { poll } from './poll.js'
import { type PollOptions, type ReadyStrategy, type ReadyWatch, readTimes } from './strategy.js'

/** Milliseconds for one try. */
const TRY = 5000

export interface HttpReadyOptions extends PollOptions {
  /** The status, or statuses, of a program that is ready; any from 200 to 399 unless given. */
  readonly status?: number | readonly number[]
}

/**
 * Ready when a URL answers, asked from inside the program's host by a lent socket: no process runs for
 * it. Certificates of https are not checked.
 *
 * @param url of which the name is one of the lab, `localhost`, or an address
 * @throws NetrigError `INVALID_OPTION`
 */
export function http(url: string | URL, options: HttpReadyOptions = {}): ReadyStrategy {
  const { timeout, interval } = readTimes(options, ['timeout', 'interval', 'status'], 'http')
  const target = readUrl(url)
  const { status } = options
  const wanted = status === undefined ? undefined : [status].flat()
  const right = (code: number) =>
    wanted === undefined ? code >= 200 && code < 400 : wanted.includes(code)
  const expected = wanted === undefined ? '' : ` with status ${wanted.join(' or ')}`
  return {
    timeout,
    describe: () => `${target.href}${expected}`,
    wait: (watch) =>
      poll(watch, interval, async () => {
        const code = await get(target, watch)
        if (!right(code)) throw new Error(`${target.href} answers with status ${code}`)
      }),
  }
}

function readUrl(url: string | URL): URL {
  const target = URL.canParse(String(url)) ? new URL(url) : undefined
  if (target !== undefined && /^https?:$/.test(target.protocol)) return target
  throw new NetrigError('INVALID_OPTION', `http: '${url}' is not a URL of http or https.`, {
    operation: 'http',
    hint: "write it whole: 'http://localhost:8080/health'",
  })
}

/** Asks once; the status of the answer. */
async function get(url: URL, { site, signal }: ReadyWatch): Promise<number> {
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  const plain = await site.lent.connect({ host: url.hostname, port, timeout: TRY, signal })
  const socket: Socket = secure ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain
  try {
    return await new Promise<number>((resolve, reject) => {
      const asked = request(url, {
        // The connection is there already, so the scheme says nothing more.
        protocol: 'http:',
        // Without an agent: one, even `agent: false`, would connect by itself, on the machine's network.
        createConnection: () => socket,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TRY)]),
        headers: { connection: 'close' },
      })
      asked.on('response', (answer: IncomingMessage) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      asked.on('error', reject)
      asked.end()
    })
  } finally {
    plain.on('error', () => undefined)
    socket.on('error', () => undefined)
    socket.destroy()
    plain.destroy()
  }
}
