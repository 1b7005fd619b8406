import { type NormalConditions, perfect } from '../conditions/index.js'
import type { Side, WireLink } from '../engine.js'
import { conditionWords, type Shelf } from './encode.js'

/** A command of the relay without its ID: a verb and more words (native/relay/command.h). */
export type Command = readonly [verb: string, ...words: (number | bigint | string)[]]

/** What the relay answers to one command. */
export type Answer =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly id: number; readonly errno: number; readonly sentence: string }

/** Sides and directions as the relay numbers them. */
export const numberOf = { a: 0, b: 1 } as const

export function linkCommand(
  { number, ports, conditions }: WireLink,
  seed: bigint,
  shelf: Shelf,
): Command {
  const words = (side: Side) => conditionWords(conditions?.[side] ?? perfect, shelf)
  return ['link', number, ports.a, ports.b, seed, ...words('a'), '/', ...words('b')]
}

export function setCommand(
  link: number,
  from: Side,
  conditions: NormalConditions,
  shelf: Shelf,
): Command {
  return ['set', link, numberOf[from], ...conditionWords(conditions, shelf)]
}

export function downCommand(link: number, from: Side, down: boolean): Command {
  return ['down', link, numberOf[from], down ? 1 : 0]
}

export function portCommand(link: number, side: Side, ifindex: number): Command {
  return ['port', link, numberOf[side], ifindex]
}

export function unlinkCommand(link: number): Command {
  return ['unlink', link]
}

/** The line that is sent. */
export function encode(id: number, [verb, ...words]: Command): string {
  return `${[verb, id, ...words].join(' ')}\n`
}

/** Reads a line that was answered; undefined when it is none. */
export function decodeAnswer(line: string): Answer | undefined {
  const ok = /^ok (\d+)$/.exec(line)
  if (ok !== null) return { ok: true, id: Number(ok[1]) }
  const error = /^error (\d+) (\d+) (.*)$/.exec(line)
  if (error === null) return undefined
  return { ok: false, id: Number(error[1]), errno: Number(error[2]), sentence: error[3]! }
}
