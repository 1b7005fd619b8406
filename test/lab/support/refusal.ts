import { expect, test } from 'vitest'
import { type Host, type Lab, NetrigError, type NetrigErrorCode } from '../../../src/index.js'
import { dropSpare } from '../../../src/sandbox/holder.js'
import { descendants } from '../../robustness/support/processes.js'
import { aLab } from './bench.js'

const pids = () => descendants(process.pid).map(({ pid }) => pid)

/** What was thrown, once it is certain that nothing was built before it was. */
export async function refusal(act: () => unknown): Promise<NetrigError> {
  await dropSpare()
  const before = pids()
  let error: unknown
  try {
    await act()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(NetrigError)
  expect(pids()).toEqual(before)
  return error as NetrigError
}

/** One wrong thing to do in a lab that has hosts a and b. */
export type Case = readonly [
  what: string,
  act: (lab: Lab, a: Host, b: Host) => unknown,
  code: NetrigErrorCode,
  /** What the message is to name: what is wrong, where, what would be right. */
  words: readonly string[],
]

/** For what TypeScript would not let pass. */
export const any = (value: unknown) => value as never

/** A test of each case. */
export function refuses(cases: readonly Case[]): void {
  test.each(cases.map((one) => [...one] as const))('%s', async (_what, act, code, words) => {
    const lab = await aLab()
    const [a, b] = lab.hosts('a', 'b')
    const error = await refusal(() => act(lab, a, b))
    for (const word of words) expect(error.message).toContain(word)
    expect(error.code).toBe(code)
    // What was refused has left nothing: the lab starts with what else there is.
    if (code !== 'TOO_MANY_PORTS') await lab.start()
  })
}
