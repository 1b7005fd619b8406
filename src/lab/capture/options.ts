import { NetrigError } from '../../base/errors.js'
import { checkOptions } from '../../base/suggest.js'
import { parseSize, type Size } from '../../base/units.js'

/** How packets are captured. */
export interface CaptureOptions {
  /** Where to, in pcapng, which Wireshark, tshark and tcpdump read. What is there is lost. */
  readonly file: string | URL
  /** Which packets, e.g. `'tcp port 80 and host b'`; all unless given. docs/capture.md has the language. */
  readonly filter?: string | undefined
  /** How much of each packet; all of it unless given. */
  readonly snaplen?: Size | undefined
  /** How large the file may become; what comes then is only counted. Any size unless given. */
  readonly maxSize?: Size | undefined
  /** Programs that start from now on are asked to hand over their TLS keys, which go into the file. */
  readonly keys?: boolean | undefined
}

/** {@link CaptureOptions}, and where to listen. */
export interface PlaceCaptureOptions extends CaptureOptions {
  /**
   * Of a host: names of its interfaces, `'lo'` among them; all but `'lo'` unless given. Of a link: one of its
   * ends; both unless given.
   */
  readonly interface?: string | readonly string[] | undefined
}

/** {@link PlaceCaptureOptions}, of a link. */
export interface LinkCaptureOptions extends PlaceCaptureOptions {
  /**
   * What the relay did to each packet, as its comment: two more interfaces, `a>b` and `b>a`, of what it got
   * from each end.
   */
  readonly fates?: boolean | undefined
}

/** The same, checked. */
export interface CaptureSettings {
  readonly filter: string
  readonly snaplen: number
  /** 0: any. */
  readonly maxSize: number
  readonly keys: boolean
  readonly interfaces: readonly string[] | undefined
}

const NAMES = ['file', 'filter', 'snaplen', 'maxSize', 'keys'] as const
/** As tcpdump's; longer than any packet. */
const MOST_SNAPLEN = 262_144
/** Headers of Ethernet, IPv6 and TCP have 74 bytes. */
const LEAST_SNAPLEN = 64
/** What a file has besides packets, and room for some of them. */
const LEAST_SIZE = 64 * 1024

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT */
export function readCaptureOptions(
  options: PlaceCaptureOptions,
  operation: string,
  place: boolean,
): CaptureSettings {
  checkOptions(options ?? null, place ? [...NAMES, 'interface'] : NAMES, operation)
  const { filter = '', keys = false, interface: interfaces } = options
  if (typeof keys !== 'boolean') {
    throw wrong(operation, 'keys', 'is to be true or false', 'the keys go into the capture itself')
  }
  return {
    filter,
    keys,
    snaplen: size(options.snaplen, 'snaplen', operation, LEAST_SNAPLEN, MOST_SNAPLEN),
    maxSize: size(options.maxSize, 'maxSize', operation, LEAST_SIZE, 0),
    interfaces: interfaces === undefined ? undefined : namesOf(interfaces, operation),
  }
}

function size(
  value: Size | undefined,
  name: string,
  operation: string,
  least: number,
  most: number,
): number {
  if (value === undefined) return most
  const bytes = parseSize(value, `${operation}: ${name}`)
  if (bytes < least)
    throw wrong(operation, name, `'${value}' is too small: at least ${least} bytes`)
  return most > 0 ? Math.min(bytes, most) : bytes
}

function namesOf(interfaces: string | readonly string[], operation: string): readonly string[] {
  const names = typeof interfaces === 'string' ? [interfaces] : interfaces
  const fine = Array.isArray(names) && names.length > 0
  if (fine && names.every((name) => typeof name === 'string')) return [...new Set(names)]
  throw wrong(operation, 'interface', 'is to be a name, or a list of names')
}

export function wrong(
  operation: string,
  option: string,
  sentence: string,
  hint?: string,
): NetrigError {
  return new NetrigError('INVALID_OPTION', `${operation}: ${option} ${sentence}.`, {
    operation,
    object: option,
    hint,
  })
}
