import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LinkConditions, parseConditions } from '../../../src/wire/conditions/index.js'
import { parseRule, type RuleOptions } from '../../../src/wire/rules/index.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)
//
// Frames with something wrong, through a relay with sanitizers in it: whatever it does to them, it stands.
// NETRIG_FUZZ_FRAMES=10000000 for the long run.

const FRAMES = Number(process.env.NETRIG_FUZZ_FRAMES ?? 60_000)
let tools: Tools

beforeAll(() => {
  tools = new Tools()
  tools.relay('sanitized')
}, 120_000)
afterAll(() => tools.remove())

const everything: LinkConditions = {
  delay: '1ms',
  jitter: '500us',
  distribution: 'paretonormal',
  loss: { rate: '5%', correlation: '50%' },
  duplicate: '5%',
  corrupt: { rate: '10%', correlation: '20%' },
  reorder: '10%',
  mtu: 1200,
  rate: { rate: '200mbit', overhead: -4, cell: { size: 48, overhead: 5 } },
  queue: '20ms',
}

const rules: RuleOptions[] = [
  { match: { proto: 'arp', every: 2 }, do: { delay: '1ms' } },
  { match: { proto: 'tcp', port: 80, connections: { every: 3 } }, do: 'reset' },
  { match: { proto: 'udp', every: 5 }, do: 'reject' },
  { match: { proto: 'icmp6' }, do: 'reject' },
  { match: { proto: 'icmp', per: 'connection', after: 1 }, do: { corrupt: { mend: true } } },
  { match: { proto: 'ipv6', from: '::/1', size: '100-400' }, do: { duplicate: 3 } },
  { match: { proto: 'tcp', after: '2KiB' }, do: { corrupt: { mend: true } } },
  {
    match: { every: 50 },
    do: (packet) => (packet.payload.length > 700 ? 'corrupt' : { replace: packet.bytes }),
    timeout: '50ms',
  },
]

test.each([
  ['whole', {}, []],
  ['through every condition', everything, []],
  ['through rules', {}, rules],
  ['through everything', everything, rules],
] as const)(
  'no frame brings the relay down, %s',
  { timeout: 1_800_000 },
  async (_, conditions, list) => {
    const world = await World.pair(tools, { relay: 'sanitized', seed: 9n, mtu: 9000, ipv6: true })
    for (const side of ['a', 'b'] as const) {
      await world.relay.setConditions(0, side, parseConditions(conditions, 'link'))
    }
    const placed = await Promise.all(
      list.map((options) =>
        world.relay.rules.add({
          rule: parseRule(options),
          link: 0,
          ends: { a: 'a', b: 'b' },
          failed: (error) => {
            throw error
          },
        }),
      ),
    )
    const taken = await Promise.all(
      [0, 1].map((host) => world.run(host, 'raw-fuzz', 'eth0', FRAMES / 8, host + 1)),
    )
    // What was sent before the change meets the old conditions: it is all read.
    await world.relay.setConditions(0, 'a', parseConditions(conditions, 'link'))
    const { a, b } = world.relay.stats(0)
    const seen = a.packets + a.errors + a.missed + b.packets + b.errors + b.missed
    expect(seen).toBeGreaterThanOrEqual(taken.flat().reduce((sum, count) => sum + Number(count), 0))
    for (const rule of placed) expect((await rule.remove()).met).toBeGreaterThan(0)
    // Ends well only if no sanitizer had anything to say, and nothing is left.
    await world.close()
    expect(await world.relayStatus()).toBe(0)
  },
)
