import { NetrigError } from '../../base/errors.js'
import { prefixFor, type Subnet, span } from './ipv4.js'

/** 10.0.0.0/8 (RFC 1918). */
const POOL_BASE = 10 * 2 ** 24
const BLOCK_PREFIX = 24
const BLOCK = span(BLOCK_PREFIX)
const BLOCKS = 2 ** 16

/**
 * Chooses subnets: the first free /24 of 10.0.0.0/8, so that the third octet tells segments apart
 * and the fourth hosts; wider where a segment has more than 254 addresses.
 */
export class SubnetPool {
  /** One byte for each /24 of the pool. */
  readonly #taken = new Uint8Array(BLOCKS)
  /** No block before this one is free. */
  #from = 0

  take(subnet: Subnet): void {
    const first = Math.floor((subnet.base - POOL_BASE) / BLOCK)
    const end = Math.ceil((subnet.base + span(subnet.prefix) - POOL_BASE) / BLOCK)
    if (end > 0 && first < BLOCKS) this.#taken.fill(1, Math.max(0, first), end)
  }

  /**
   * @param interfaces how many addresses the subnet must have room for
   * @throws NetrigError SUBNET_FULL when the pool has no room
   */
  choose(interfaces: number, segment: string): Subnet {
    const prefix = Math.min(BLOCK_PREFIX, prefixFor(interfaces))
    const width = span(prefix) / BLOCK
    while (this.#taken[this.#from] === 1) this.#from++
    const start = Math.ceil(this.#from / width) * width
    for (let block = start; block + width <= BLOCKS; block += width) {
      if (this.#taken.subarray(block, block + width).includes(1)) continue
      const subnet = { base: POOL_BASE + block * BLOCK, prefix }
      this.take(subnet)
      return subnet
    }
    throw new NetrigError(
      'SUBNET_FULL',
      `lab.start: 10.0.0.0/8, from which the lab chooses subnets, has no free /${prefix} left for ${segment}.`,
      {
        operation: 'lab.start',
        object: segment,
        hint: "give it one elsewhere, e.g. { subnet: '172.16.0.0/16' }",
      },
    )
  }
}
