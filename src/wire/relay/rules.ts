import { readSync } from 'node:fs'
import { NetrigError } from '../../base/errors.js'
import {
  type EngineRule,
  type PlacedRule,
  type RuleBook,
  RulePacket,
  type RuleStats,
  verdictWords,
} from '../rules/index.js'
import { type Command, numberOf } from './commands.js'
import { LINKS_BYTES } from './counters.js'

/** native/relay/counters.h */
const [RULES, RECORD_BYTES] = [4096, 64]

/** The rules of one relay: their numbers, and the questions of those that are functions. */
export class RelayRules implements RuleBook {
  readonly #request: (command: Command) => Promise<void>
  readonly #counters: number
  readonly #placed = new Map<number, PlacedRule>()

  constructor(request: (command: Command) => Promise<void>, counters: number) {
    this.#request = request
    this.#counters = counters
  }

  async add(placed: PlacedRule): Promise<EngineRule> {
    const number = this.#free()
    this.#placed.set(number, placed)
    const { rule, link, leaving } = placed
    const directions = leaving === undefined ? 3 : 1 << numberOf[leaving]
    try {
      await this.#request(['rule', number, link, directions, ...rule.words])
    } catch (error) {
      this.#placed.delete(number)
      throw error
    }
    const stats = () => this.#read(number)
    const remove = async () => {
      // Those that match before the relay has read this are counted, too.
      await this.#request(['unrule', number])
      const last = stats()
      this.#placed.delete(number)
      return last
    }
    return { stats, remove }
  }

  /** A line that begins with `ask`. */
  asked(line: string): void {
    const [, question, number, , direction, hex] = line.split(' ')
    const placed = this.#placed.get(Number(number))
    const bytes = new Uint8Array(Buffer.from(hex ?? '', 'hex'))
    const leaving = placed?.ends[direction === '0' ? 'a' : 'b'] ?? ''
    void this.#judge(placed, new RulePacket(bytes, leaving)).then((words) =>
      this.#request(['answer', question!, ...words]).catch(() => undefined),
    )
  }

  async #judge(placed: PlacedRule | undefined, packet: RulePacket): Promise<readonly string[]> {
    try {
      return verdictWords(await placed?.rule.ask?.(packet))
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause)
      placed?.failed(
        new NetrigError(
          'RULE_FAILED',
          `The function of rule '${placed.rule.label}' threw: ${said}`,
          {
            operation: 'link.rule',
            object: placed.rule.label,
            cause,
          },
        ),
      )
      return [placed?.rule.otherwise ?? 'pass']
    }
  }

  #free(): number {
    for (let number = 0; number < RULES; number += 1) if (!this.#placed.has(number)) return number
    throw new NetrigError('INVALID_OPTION', `link.rule: a lab has ${RULES} rules at most.`, {
      operation: 'link.rule',
    })
  }

  #read(number: number): RuleStats {
    const bytes = new Uint8Array(RECORD_BYTES)
    readSync(this.#counters, bytes, 0, bytes.length, LINKS_BYTES + number * RECORD_BYTES)
    const view = new DataView(bytes.buffer)
    const field = (index: number) => Number(view.getBigUint64(8 * index, true))
    return { seen: field(0), met: field(1), bytes: field(2), late: field(3), overrun: field(4) }
  }
}
