import { expect, test } from 'vitest'

interface Request {
  client: string
  operation: 'put' | 'get'
  node: string
  key: string
  value?: string
  ok: boolean
  start: number
  end: number
  healed: boolean
}
interface Belief {
  time: number
  node: string
  role: 'leader' | 'follower'
  term: number
}

// Plain JavaScript, which the compiler is not asked about.
const file = new URL('../../examples/kv/history.mjs', import.meta.url).href
const { findFaults, findTwoLeaders } = (await import(file)) as {
  findFaults(history: Request[]): { kind: string }[]
  findTwoLeaders(beliefs: Belief[]): { kind: string; nodes: string[] }[]
}

const put = (value: string, start: number, end: number, more: Partial<Request> = {}): Request => ({
  client: 'bob',
  operation: 'put',
  node: 'n1',
  key: 'x',
  value,
  ok: true,
  start,
  end,
  healed: false,
  ...more,
})
const get = (value: string | undefined, start: number, more: Partial<Request> = {}): Request => {
  const { value: _, ...request } = put('', start, start + 1, { operation: 'get', ...more })
  return value === undefined ? request : { ...request, value }
}
const kinds = (...history: Request[]) => findFaults(history).map(({ kind }) => kind)

test('reads that show the last write are right', () => {
  expect(
    kinds(get(undefined, 0), put('1', 2, 3), get('1', 4), put('2', 5, 6), get('2', 7)),
  ).toEqual([])
})

test('a read of what was replaced before it began is stale', () => {
  expect(kinds(put('1', 0, 1), put('2', 2, 3), get('1', 4))).toEqual(['stale read'])
})

test('a read of nothing after a write is stale', () => {
  expect(kinds(put('1', 0, 1), get(undefined, 2))).toEqual(['stale read'])
})

test('a write that is gone when all nodes agree again is lost, however often that is read', () => {
  const history = [put('1', 0, 1), put('2', 2, 3)]
  const reads = [get('1', 4, { healed: true }), get('1', 6, { healed: true })]
  expect(kinds(...history, ...reads)).toEqual(['lost write'])
})

test('a value that nobody wrote is invented', () => {
  expect(kinds(put('1', 0, 1), get('7', 2))).toEqual(['invented value'])
})

test('of writes at the same time either may come last', () => {
  const both = [put('1', 0, 9), put('2', 1, 3)]
  expect(kinds(...both, get('1', 10))).toEqual([])
  expect(kinds(...both, get('2', 10))).toEqual([])
})

test('a read during a write may show it, or what was before', () => {
  const before = [put('1', 0, 1), put('2', 2, 9)]
  expect(kinds(...before, get('1', 4))).toEqual([])
  expect(kinds(...before, get('2', 4))).toEqual([])
})

test('a refused write may come to pass later, and need not', () => {
  const refused = put('2', 2, 3, { ok: false })
  expect(kinds(put('1', 0, 1), refused, get('1', 4))).toEqual([])
  expect(kinds(put('1', 0, 1), refused, put('3', 4, 5), get('2', 6))).toEqual([])
})

test('keys do not matter to each other', () => {
  expect(kinds(put('1', 0, 1), put('2', 2, 3, { key: 'y' }), get('1', 4))).toEqual([])
})

test('two leaders at the same time in the same term are a split brain', () => {
  const beliefs: Belief[] = [
    { time: 0, node: 'n1', role: 'leader', term: 0 },
    { time: 1, node: 'n2', role: 'follower', term: 0 },
    { time: 2, node: 'n2', role: 'leader', term: 0 },
  ]
  expect(findTwoLeaders(beliefs)).toMatchObject([{ kind: 'split brain', nodes: ['n1', 'n2'] }])
})

test('one leader after the other, or of an earlier term, is none', () => {
  const stepsDown: Belief[] = [
    { time: 0, node: 'n1', role: 'leader', term: 0 },
    { time: 1, node: 'n1', role: 'follower', term: 0 },
    { time: 2, node: 'n2', role: 'leader', term: 0 },
  ]
  const laterTerm: Belief[] = [
    { time: 0, node: 'n1', role: 'leader', term: 1 },
    { time: 1, node: 'n2', role: 'leader', term: 2 },
  ]
  expect(findTwoLeaders(stepsDown)).toEqual([])
  expect(findTwoLeaders(laterTerm)).toEqual([])
})
