import { NetrigError } from '../../../src/base/errors.js'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import type { EndDeclaration, LabPlan } from '../../../src/lab/plan/types.js'

export function host(name: string): EndDeclaration {
  return { kind: 'host', host: name }
}

export function onSwitch(name: string): EndDeclaration {
  return { kind: 'switch', switch: name }
}

/** Hosts of these names, each with a link to the switch. */
export function lan(
  names: readonly string[],
  options: { readonly subnet?: string } = {},
): Declarations {
  const declared = new Declarations()
  declared.addSwitch('lan', options)
  for (const name of names) {
    declared.addHost(name)
    declared.addLink([host(name), onSwitch('lan')])
  }
  return declared
}

/** The error that a call throws; no error is a failure. */
export function failure(run: () => unknown): NetrigError {
  try {
    run()
  } catch (error) {
    if (error instanceof NetrigError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

export function addressesOf(plan: LabPlan, name: string): string[] {
  return plan.interfaces
    .filter((port) => port.host === name)
    .map(({ addresses: [{ address, prefix }] }) => `${address}/${prefix}`)
}

/** What a host's /etc/hosts says. */
export function resolve(plan: LabPlan, asker: string, name: string): string[] {
  const view = plan.views.find(({ id }) => id === plan.viewOf.get(asker))!
  return view.content
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, ...names]) => names.includes(name))
    .map(([address]) => address!)
}
