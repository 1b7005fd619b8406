import { readFileSync } from 'node:fs'
import { NetrigError } from '../../base/errors.js'

/**
 * When packets may leave, in Mahimahi's packet-delivery format (mahimahi(1), mm-link; Netravali et al.,
 * USENIX ATC 2015): each line is a millisecond at which 1504 bytes may be delivered; it begins anew at the
 * last line's.
 */
export interface NormalTrace {
  /** As it was given. */
  readonly file: string
  /** Milliseconds from the trace's begin, none before the one ahead of it. */
  readonly opportunities: readonly number[]
  /** Milliseconds until it begins anew. */
  readonly period: number
}

/** Bytes of one opportunity: mahimahi's PACKET_SIZE, an IP packet and four bytes of its TUN header. */
export const TRACE_BYTES = 1504

const cache = new Map<string, NormalTrace>()

/**
 * Reads a trace file; a file is read once in a process.
 *
 * @throws NetrigError INVALID_OPTION with the line's number, or when there is no such file
 */
export function readTrace(file: unknown, what: string): NormalTrace {
  const object = `trace of ${what}`
  if (typeof file !== 'string' || file === '') {
    throw new NetrigError('INVALID_OPTION', `${object}: a trace is the path of a file.`, { object })
  }
  let trace = cache.get(file)
  if (trace !== undefined) return trace
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new NetrigError('INVALID_OPTION', `${object}: '${file}' cannot be read.`, {
      object,
      cause,
      hint: 'the path is taken from the working folder of the test process',
    })
  }
  trace = parseTrace(text, file, object)
  cache.set(file, trace)
  return trace
}

/** @throws NetrigError INVALID_OPTION with the number of the line that is wrong */
export function parseTrace(text: string, file: string, object: string): NormalTrace {
  const lines = text.split('\n')
  // A file ends with a line break; what is behind it is no line.
  if (lines.at(-1) === '') lines.pop()
  let last = 0
  const opportunities = lines.map((line, at) => {
    const wrong = (problem: string) =>
      new NetrigError('INVALID_OPTION', `${object}: ${file}:${at + 1}: ${problem}.`, {
        object,
        hint: 'each line is one whole number: the millisecond at which a packet of 1504 bytes may leave',
      })
    const digits = line.replace(/\r$/, '')
    if (!/^\d{1,15}$/.test(digits)) throw wrong(`'${digits}' is no whole number of milliseconds`)
    const time = Number(digits)
    if (time < last) throw wrong(`${time} comes after ${last}: times do not go back`)
    last = time
    return time
  })
  if (last === 0) {
    const problem = lines.length === 0 ? 'the file is empty' : 'it lasts no time at all'
    throw new NetrigError('INVALID_OPTION', `${object}: ${file}: ${problem}.`, { object })
  }
  return { file, opportunities, period: last }
}

/** What the trace lets through in the long run, in bits per second. */
export function traceRate({ opportunities, period }: NormalTrace): number {
  return (opportunities.length * TRACE_BYTES * 8 * 1000) / period
}
