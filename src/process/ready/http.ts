import { NetrigError } from '../../base/errors.js'
import { lentRequest } from '../../sandbox/lent-http.js'
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
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TRY)])
  const answer = await lentRequest(site.lent, url, { signal: limit, timeout: TRY, insecure: true })
  answer.on('error', () => undefined)
  answer.destroy()
  return answer.statusCode ?? 0
}
