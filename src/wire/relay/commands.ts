import { type NormalConditions, perfect, queuePackets } from '../conditions/index.js'
import type { Side, WireLink } from '../engine.js'

/** A command of the relay without its ID: a verb and numbers (native/relay/command.h). */
export type Command = readonly [verb: string, ...numbers: (number | bigint)[]]

/** What the relay answers to one command. */
export type Answer =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly id: number; readonly errno: number; readonly sentence: string }

const numberOf = { a: 0, b: 1 } as const

function numbersOf(conditions: NormalConditions): readonly number[] {
  const { delay, jitter, loss, rate } = conditions
  const lost = loss.model === 'random' ? loss.rate : 0
  return [delay, jitter, lost, rate, queuePackets(conditions)]
}

export function linkCommand({ number, ports, conditions }: WireLink, seed: bigint): Command {
  const [a, b] = [numbersOf(conditions?.a ?? perfect), numbersOf(conditions?.b ?? perfect)]
  return ['link', number, ports.a, ports.b, seed, ...a, ...b]
}

export function setCommand(link: number, from: Side, conditions: NormalConditions): Command {
  return ['set', link, numberOf[from], ...numbersOf(conditions)]
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
export function encode(id: number, [verb, ...numbers]: Command): string {
  return `${[verb, id, ...numbers].join(' ')}\n`
}

/** Reads a line that was answered; undefined when it is none. */
export function decodeAnswer(line: string): Answer | undefined {
  const ok = /^ok (\d+)$/.exec(line)
  if (ok !== null) return { ok: true, id: Number(ok[1]) }
  const error = /^error (\d+) (\d+) (.*)$/.exec(line)
  if (error === null) return undefined
  return { ok: false, id: Number(error[1]), errno: Number(error[2]), sentence: error[3]! }
}
