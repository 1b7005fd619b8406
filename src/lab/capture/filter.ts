import { NetrigError } from '../../base/errors.js'
import { compileFilter } from '../../wire/capture/filter/compile.js'
import { parseFilter } from '../../wire/capture/filter/parse.js'
import type { Known } from '../../wire/capture/filter/primitive.js'
import type { LabState } from '../state.js'
import type { CapturePlace } from './places.js'

/** Names of the lab that a filter may use. */
function known({ plan }: LabState): Known {
  const hosts = new Map<string, string[]>()
  for (const { host, addresses } of plan?.interfaces ?? []) {
    const own = hosts.get(host) ?? []
    hosts.set(host, [...own, ...addresses.map(({ address }) => address)])
  }
  const nets = new Map<string, string[]>()
  for (const { switches, subnet, subnet6 } of plan?.segments ?? []) {
    const subnets = subnet6 === undefined ? [subnet] : [subnet, subnet6]
    for (const name of switches) nets.set(name, subnets)
  }
  return { hosts, nets }
}

/**
 * The program of a filter for sockets that listen at some places.
 *
 * @param places undefined: for a socket that hears one device only
 * @throws NetrigError INVALID_FILTER
 */
export function filterProgram(
  state: LabState,
  filter: string,
  operation: string,
  places: readonly CapturePlace[] | undefined,
): Uint8Array {
  const expression = parseFilter(filter, operation, known(state))
  const taps = places?.flatMap(({ tap }) => tap ?? [])
  const flipped = taps?.filter((tap) => tap.flipped) ?? []
  const program = compileFilter(expression, {
    ports: taps?.map(({ index }) => index),
    flipped: flipped.map(({ index }) => index),
  })
  if (program !== undefined) return program
  throw new NetrigError(
    'INVALID_FILTER',
    `${operation}: the filter is longer than the kernel takes.`,
    {
      operation,
      object: 'filter',
    },
  )
}
