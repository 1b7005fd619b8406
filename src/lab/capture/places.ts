import { NetrigError } from '../../base/errors.js'
import { nearest } from '../../base/suggest.js'
import { endName } from '../plan/label.js'
import type { InterfacePlan } from '../plan/types.js'
import { type HostState, interfacesOf, type LabState, type LinkState } from '../state.js'

/** A device in the fabric. */
export interface Tap {
  readonly index: number
  /** It receives what comes in to whom the interface belongs to. */
  readonly flipped: boolean
}

/** An interface of a capture's file. */
export interface CapturePlace {
  /** As the file calls it; no two of a capture have the same. */
  readonly name: string
  readonly description: string
  readonly mac: string | undefined
  /** Where packets are seen; undefined for the loopback device of a host. */
  readonly tap: Tap | undefined
  /** Whose loopback device it is. */
  readonly loopback: HostState | undefined
}

export const LOOPBACK = 'lo'

/** After a start that failed a link of the same name is another one, with other devices. */
export function keyOf({ name, tap }: Pick<CapturePlace, 'name' | 'tap'>): string {
  return `${name} ${tap?.index ?? ''}`
}

function place(state: LabState, one: InterfacePlan, name: string): CapturePlace[] {
  const link = state.links[one.link]
  const tap = link?.cable?.tapOf(one.end)
  const description = `host ${one.host}, link ${link?.label}`
  return tap === undefined ? [] : [{ name, description, mac: one.mac, tap, loopback: undefined }]
}

/**
 * Interfaces of one host, as they are now.
 *
 * @param wanted names; all but the loopback device unless given
 */
export function placesOfHost(
  state: LabState,
  host: HostState,
  wanted: readonly string[] | undefined,
): CapturePlace[] {
  const places = interfacesOf(state, host.name)
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .flatMap((one) => place(state, one, one.name))
  if (!wanted?.includes(LOOPBACK)) return places
  const description = `host ${host.name}, loopback`
  return [
    ...places,
    { name: LOOPBACK, description, mac: undefined, tap: undefined, loopback: host },
  ]
}

/** Interfaces of every host that a lab has now. */
export function placesOfLab(state: LabState): CapturePlace[] {
  const interfaces = state.plan?.interfaces ?? []
  return interfaces.flatMap((one) => place(state, one, `${one.host}:${one.name}`))
}

/** Names of a link's ends, each once: two ends may be of one name only when they are two hosts. */
export function endsOf({ declaration }: LinkState): readonly [string, string] {
  return [endName(declaration.ends[0]), endName(declaration.ends[1])]
}

/** The ends of a link. */
export function placesOfLink(
  state: LabState,
  link: LinkState,
  wanted: readonly string[] | undefined,
): CapturePlace[] {
  const names = endsOf(link)
  return ([0, 1] as const).flatMap((end) => {
    const name = names[end]
    const tap = link.cable?.tapOf(end)
    if (tap === undefined || (wanted !== undefined && !wanted.includes(name))) return []
    const one = state.plan?.interfaces.find(
      (each) => each.link === link.declaration.id && each.end === end,
    )
    const what = one === undefined ? `switch ${name}` : `host ${name}, ${one.name}`
    const description = `${what}, link ${link.label}`
    return [{ name, description, mac: one?.mac, tap, loopback: undefined }]
  })
}

/** @throws NetrigError INVALID_OPTION with the nearest name there is */
export function checkNames(
  wanted: readonly string[] | undefined,
  known: readonly string[],
  operation: string,
): void {
  for (const name of wanted ?? []) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new NetrigError('INVALID_OPTION', `${operation}: there is no interface '${name}'.`, {
      operation,
      object: 'interface',
      hint: `${meant === undefined ? '' : `did you mean '${meant}'? `}there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`,
    })
  }
}
