import type { Facts } from './facts.js'

/** Docker's three locks that labs do not pass, each with the flag that opens it (docs/ci.md). */
export const containerFlags =
  'docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined ...'

/** The same for Podman, which names them differently. */
const podmanFlags =
  'podman run --security-opt seccomp=unconfined --security-opt label=disable --security-opt unmask=ALL ...'

/** The command that opens a container for labs; undefined outside of one. */
export function openContainer(facts: Facts): string | undefined {
  if (facts.container === undefined) return undefined
  return facts.container === 'podman' ? podmanFlags : containerFlags
}
