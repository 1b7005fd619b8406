import { NetrigError } from '../../base/errors.js'
import {
  formatSubnet,
  overlap,
  prefixFor,
  readIpv4,
  type Subnet,
  sameSubnet,
  subnetAround,
  usable,
} from './ipv4.js'
import { linkLabel } from './label.js'
import { SubnetPool } from './pool.js'
import { type Draft, segmentLabel } from './segments.js'

const OPERATION = 'lab.start'

interface Claim {
  readonly subnet: Subnet
  readonly owner: string
  /** From a plan before, so that it cannot change any more. */
  readonly settled: boolean
}

/**
 * Settles the subnet of each segment: the one it has, the one given, the one its given addresses
 * are in, or the first free one.
 *
 * @param alive ids of segments of the plan before on which there are interfaces
 * @throws NetrigError SUBNET_CONFLICT, SUBNET_OVERLAP, SUBNET_FULL
 */
export function settleSubnets(drafts: readonly Draft[], alive: ReadonlySet<number>): Subnet[] {
  const claims = drafts.map((draft) => claimOf(draft, alive))
  refuseOverlaps(drafts, claims)
  const pool = new SubnetPool()
  for (const claim of claims) if (claim !== undefined) pool.take(claim.subnet)
  return drafts.map((draft, at) => {
    const claim = claims[at]
    if (claim === undefined) return pool.choose(draft.interfaces, segmentLabel(draft))
    refuseFull(draft, claim)
    return claim.subnet
  })
}

function claimOf(draft: Draft, alive: ReadonlySet<number>): Claim | undefined {
  let claim: Claim | undefined
  for (const next of claimsOn(draft, alive)) {
    if (claim === undefined) claim = next
    else if (!sameSubnet(claim.subnet, next.subnet)) throw conflict(draft, claim, next)
  }
  if (claim !== undefined) return claim
  const address = addressWithoutSubnet(draft)
  if (address !== undefined) return address
  // A switch with nobody on it keeps the subnet it was shown with, as long as nothing speaks against it.
  const shown = draft.previous[0] && read(draft.previous[0].subnet)
  if (shown === undefined || usable(shown).count < draft.interfaces) return undefined
  return { subnet: shown, owner: segmentLabel(draft), settled: true }
}

function* claimsOn(draft: Draft, alive: ReadonlySet<number>): Generator<Claim> {
  for (const { id, subnet, switches } of draft.previous) {
    const owner = switches[0] === undefined ? segmentLabel(draft) : `switch ${switches[0]}`
    if (alive.has(id)) yield { subnet: read(subnet), owner, settled: true }
  }
  for (const { name, subnet } of draft.switches) {
    if (subnet !== undefined) {
      yield { subnet: read(subnet), owner: `switch ${name}`, settled: false }
    }
  }
  for (const link of draft.links) {
    const owner = `link ${linkLabel(link)}`
    if (link.subnet !== undefined) yield { subnet: read(link.subnet), owner, settled: false }
  }
}

/** The network of the first given address: as wide as its prefix says, a /24 without one. */
function addressWithoutSubnet(draft: Draft): Claim | undefined {
  let bare: Claim | undefined
  for (const link of draft.links) {
    for (const given of link.interfaces) {
      if (given?.address === undefined) continue
      const { address } = readIpv4(given.address)!
      const owner = `link ${linkLabel(link)}`
      const claim = { subnet: subnetAround(address, given.prefix ?? 24), owner, settled: false }
      if (given.prefix !== undefined) return claim
      bare ??= claim
    }
  }
  return bare
}

function read(text: string): Subnet {
  const { address, prefix } = readIpv4(text)!
  return { base: address, prefix: prefix! }
}

function conflict(draft: Draft, first: Claim, second: Claim): NetrigError {
  const has = ({ owner, subnet, settled }: Claim) =>
    `${owner} ${settled ? 'runs with' : 'is given'} ${formatSubnet(subnet)}`
  const both = first.settled && second.settled
  return new NetrigError(
    'SUBNET_CONFLICT',
    `${OPERATION}: ${segmentLabel(draft)} make one segment, which has one subnet, but ${has(first)} and ${has(second)}.`,
    {
      operation: OPERATION,
      object: segmentLabel(draft),
      hint: both
        ? 'declare the link between them before the lab starts, or put a router between them'
        : 'write the same subnet for both, or for one of them only, or put a router between them',
    },
  )
}

function refuseOverlaps(drafts: readonly Draft[], claims: readonly (Claim | undefined)[]): void {
  const sorted = claims
    .flatMap((claim, at) => (claim === undefined ? [] : [{ ...claim, draft: drafts[at]! }]))
    .sort((a, b) => a.subnet.base - b.subnet.base || a.subnet.prefix - b.subnet.prefix)
  // Of ranges sorted by their start, a pair that overlaps means that some neighbours do.
  for (let at = 1; at < sorted.length; at++) {
    const low = sorted[at - 1]!
    const high = sorted[at]!
    if (!overlap(low.subnet, high.subnet)) continue
    const [fixed, other] = high.settled ? [high, low] : [low, high]
    throw new NetrigError(
      'SUBNET_OVERLAP',
      `${OPERATION}: subnet ${formatSubnet(other.subnet)} of ${segmentLabel(other.draft)} overlaps ${formatSubnet(fixed.subnet)} of ${segmentLabel(fixed.draft)}${fixed.settled ? ', which runs already' : ''}: write one apart from it.`,
      {
        operation: OPERATION,
        object: segmentLabel(other.draft),
        hint: 'join them by a link to make them one segment, or leave one out and the lab chooses a free one',
      },
    )
  }
}

function refuseFull(draft: Draft, { subnet, settled }: Claim): void {
  const { count } = usable(subnet)
  if (draft.interfaces <= count) return
  const label = segmentLabel(draft)
  const wider = formatSubnet(subnetAround(subnet.base, prefixFor(draft.interfaces)))
  throw new NetrigError(
    'SUBNET_FULL',
    `${OPERATION}: subnet ${formatSubnet(subnet)} of ${label} holds ${count} addresses, and ${draft.interfaces} interfaces need one.`,
    {
      operation: OPERATION,
      object: label,
      hint: settled
        ? `addresses in use do not change: give a wider subnet before the first start, e.g. { subnet: '${wider}' }`
        : `give a wider subnet, e.g. { subnet: '${wider}' }`,
    },
  )
}
