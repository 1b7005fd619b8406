import { describe } from 'vitest'
import { runTries } from '../../../src/kernel/probe/tries.js'

const tries = runTries()

/** Whether this kernel can carry links by netem; that of `netrig vm` can. */
export const netemHere = tries.get('netem') === undefined && tries.get('tbf') === undefined

/** Whether time passes only while everything waits, so that a wire can be measured to the microsecond. */
export const virtualHere = process.env.NETRIG_VIRTUAL_TIME === 'full'

/** Tests for a kernel with netem; elsewhere they are skipped under a name that says why. */
export function describeNetem(name: string, body: () => void): void {
  if (netemHere) describe(name, body)
  else describe.skip(`${name} (this kernel has no netem: run in \`netrig vm\`)`, body)
}
