import {
  Ancillary,
  Assembler,
  Code,
  type Label,
  MOST_INSTRUCTIONS,
} from '../../../kernel/bpf/assembler.js'
import type { Expression } from './syntax.js'
import { compileTest, findType, needsType } from './tests.js'

/** What a filter is compiled for. */
export interface Scope {
  /** Devices whose packets may pass; undefined: those of every device. */
  readonly ports: readonly number[] | undefined
  /** Those of them that see packets the other way round. */
  readonly flipped: readonly number[]
}

/**
 * The program for SO_ATTACH_FILTER.
 *
 * @returns undefined when it would be longer than the kernel takes
 */
export function compileFilter(
  expression: Expression | undefined,
  { ports, flipped }: Scope,
): Uint8Array | undefined {
  const code = new Assembler()
  const [begin, pass, drop] = [code.label(), code.label(), code.label()]
  if (ports !== undefined) selectPorts(code, ports, begin, drop)
  code.place(begin)
  if (expression !== undefined) {
    if (anyTest(expression, needsType)) findType(code)
    compile(code, expression, pass, drop, flipped)
  }
  code.place(pass)
  code.emit(Code.Return, 0xffffffff)
  code.place(drop)
  code.emit(Code.Return, 0)
  const program = code.assemble()
  return program.length > MOST_INSTRUCTIONS * 8 ? undefined : program
}

function compile(
  code: Assembler,
  expression: Expression,
  yes: Label,
  no: Label,
  flipped: readonly number[],
): void {
  if (expression.kind === 'test') {
    compileTest(expression.test, { code, yes, no, flipped })
  } else if (expression.kind === 'not') {
    compile(code, expression.of, no, yes, flipped)
  } else {
    const and = expression.kind === 'and'
    const second = code.label()
    compile(code, expression.left, and ? second : yes, and ? no : second, flipped)
    code.place(second)
    compile(code, expression.right, yes, no, flipped)
  }
}

function anyTest(expression: Expression, holds: typeof needsType): boolean {
  if (expression.kind === 'test') return holds(expression.test)
  if (expression.kind === 'not') return anyTest(expression.of, holds)
  return anyTest(expression.left, holds) || anyTest(expression.right, holds)
}

interface Range {
  readonly low: number
  readonly high: number
}

/** Neighbours make one range: the ports of a lab are numbered one after the other. */
function rangesOf(ports: readonly number[]): Range[] {
  const ranges: Range[] = []
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last.high + 1 === port)
      ranges[ranges.length - 1] = { ...last, high: port }
    else ranges.push({ low: port, high: port })
  }
  return ranges
}

function selectPorts(code: Assembler, ports: readonly number[], yes: Label, no: Label): void {
  code.emit(Code.LoadWordAbsolute, Ancillary.Interface)
  search(code, rangesOf(ports), yes, no)
}

/** A search tree: a lab has up to thousands of ports. */
function search(code: Assembler, ranges: readonly Range[], yes: Label, no: Label): void {
  const middle = ranges[ranges.length >> 1]
  if (middle === undefined) {
    code.goto(no)
    return
  }
  const [right, left, within] = [code.label(), code.label(), code.label()]
  if (ranges.length === 1) {
    code.jump(Code.JumpAtLeast, middle.low, within, no)
    code.place(within)
    code.jump(Code.JumpGreater, middle.high, no, yes)
    return
  }
  code.jump(Code.JumpAtLeast, middle.low, right, left)
  code.place(left)
  search(code, ranges.slice(0, ranges.length >> 1), yes, no)
  code.place(right)
  search(code, ranges.slice(ranges.length >> 1), yes, no)
}
