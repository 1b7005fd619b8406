import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { isIP } from 'node:net'
import { type Duplex, Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { NetrigError } from '../base/errors.js'
import type { Lent } from './lent.js'

/** As the fetch standard has it (HTTP-redirect fetch, step 3 and on). */
const MOST_REDIRECTS = 20
/** Statuses whose responses have no body (null body status in the fetch standard). */
const WITHOUT_BODY = new Set([101, 204, 205, 304])

/** Headers that do not follow a redirect to another origin. */
const PRIVATE = ['authorization', 'cookie', 'host', 'proxy-authorization']

export interface LentRequest {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** For TCP to connect, in ms. */
  readonly timeout?: number
  /** Take any certificate. */
  readonly insecure?: boolean
}

/**
 * Asks over HTTP from inside a host, on a connection of its own.
 *
 * @throws NetrigError `CONNECT_FAILED`, `HOST_DOWN`; what node:http gives for an answer that is none
 */
export async function lentRequest(
  lent: Lent,
  url: URL,
  { method = 'GET', headers = {}, body, signal, timeout, insecure }: LentRequest,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (secure ? 443 : 80))
  const plain = await lent.connect({ host, port, timeout, signal })
  let connection: Duplex = plain
  if (secure) {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const trust = insecure ? { rejectUnauthorized: false } : {}
    const tls = connectTls({ socket: plain, ...name, ...trust })
    tls.on('keylog', (line) => lent.tellKeys(line))
    connection = tls
  }
  return new Promise((resolve, reject) => {
    const asked = request({
      method,
      host: url.hostname,
      port,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close', ...headers },
      // No `agent`, not even `false`: any would connect by itself, on the machine's network.
      createConnection: () => connection,
      ...(signal === undefined ? {} : { signal }),
    })
    const fail = (error: Error) => {
      plain.destroy()
      reject(error)
    }
    plain.once('error', fail)
    asked.once('error', fail)
    asked.once('response', (answer) => {
      answer.once('close', () => plain.destroy())
      resolve(answer)
    })
    asked.end(body)
  })
}

/** Where a redirect leads, if this answer is one that is to be followed. */
function redirection({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  const redirects = [301, 302, 303, 307, 308].includes(statusCode)
  return redirects && headers.location !== undefined ? new URL(headers.location, from) : undefined
}

function responseOf(answer: IncomingMessage, url: URL, redirected: boolean): Response {
  const headers = new Headers()
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    headers.append(answer.rawHeaders[index]!, answer.rawHeaders[index + 1]!)
  }
  const status = answer.statusCode!
  const empty = WITHOUT_BODY.has(status)
  if (empty) answer.resume()
  const body = empty ? null : (Readable.toWeb(answer) as unknown as ReadableStream)
  const response = new Response(body, { status, statusText: answer.statusMessage ?? '', headers })
  const bare = new URL(url)
  bare.hash = ''
  return Object.defineProperties(response, {
    url: { value: bare.href },
    redirected: { value: redirected },
  })
}

/**
 * fetch(), from inside a host. Names are those of the lab. It takes what the standard takes, but for
 * what belongs to browsers (cache, credentials, mode), and asks for no compression.
 *
 * @throws NetrigError `CONNECT_FAILED` with the errno, `HOST_DOWN`, `INVALID_OPTION`; `signal`'s reason
 */
export async function lentFetch(
  lent: Lent,
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const asked = readRequest(input, init)
  let url = new URL(asked.url)
  let { method } = asked
  let body = asked.body === null ? undefined : new Uint8Array(await asked.arrayBuffer())
  const headers: OutgoingHttpHeaders = { accept: '*/*', ...Object.fromEntries(asked.headers) }
  for (let redirects = 0; ; redirects += 1) {
    const answer = await lentRequest(lent, url, { method, headers, body, signal: asked.signal })
    const next = asked.redirect === 'manual' ? undefined : redirection(answer, url)
    if (next === undefined) return responseOf(answer, url, redirects > 0)
    answer.destroy()
    if (asked.redirect === 'error' || redirects === MOST_REDIRECTS) {
      throw new TypeError(`${asked.url} redirects to ${next.href}`)
    }
    const { statusCode } = answer
    if (statusCode === 303 || (method === 'POST' && (statusCode === 301 || statusCode === 302))) {
      if (method !== 'HEAD') method = 'GET'
      body = undefined
      delete headers['content-type']
    }
    // What proves who asks is not for others.
    if (next.origin !== url.origin) for (const name of PRIVATE) delete headers[name]
    url = next
  }
}

function readRequest(input: string | URL | Request, init?: RequestInit): Request {
  try {
    const request = new Request(input, init)
    if (/^https?:/.test(request.url)) return request
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw refuse(`'${String(input)}' is not a URL of http or https`)
}

function refuse(why: string, cause?: unknown): NetrigError {
  return new NetrigError('INVALID_OPTION', `host.fetch: ${why}.`, {
    operation: 'host.fetch',
    hint: "write it whole: 'http://b:8080/path'",
    cause,
  })
}
