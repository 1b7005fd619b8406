import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetrigError } from '../../../src/base/errors.js'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { diff } from '../../../src/lab/plan/diff.js'
import { overlap, readIpv4, type Subnet, subnetAround, usable } from '../../../src/lab/plan/ipv4.js'
import { plan } from '../../../src/lab/plan/plan.js'
import type { LabPlan } from '../../../src/lab/plan/types.js'
import { host, onSwitch, resolve } from './topology.js'

/** Names and subnets are few, so that clashes of all kinds are frequent. */
const hostName = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const switchName = fc.constantFrom('lan', 'wan', 'dmz')
const subnet = fc.constantFrom('10.0.0.0/24', '10.0.0.0/29', '10.0.1.0/24', '192.168.0.0/22')
const address = fc.constantFrom('10.0.0.1', '10.0.0.3', '10.0.1.2', '192.168.3.9', '10.0.0.2/29')
const end = fc.oneof(hostName.map(host), switchName.map(onSwitch))

type Step = (declared: Declarations) => unknown
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ name: hostName, kind: fc.constantFrom('host', 'router') }).map(
      ({ name, kind }): Step =>
        (d) =>
          d.addHost(name, kind as 'host' | 'router'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ name: switchName, subnet: fc.option(subnet, { nil: undefined, freq: 2 }) })
      .map(
        ({ name, subnet }): Step =>
          (d) =>
            d.addSwitch(name, subnet === undefined ? {} : { subnet }),
      ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(end, end).map(
      ([a, b]): Step =>
        (d) =>
          d.addLink([a, b]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(hostName, switchName, address).map(
      ([a, b, address]): Step =>
        (d) =>
          d.addLink([host(a), onSwitch(b)], { address }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(hostName, hostName, subnet).map(
      ([a, b, subnet]): Step =>
        (d) =>
          d.addLink([host(a), host(b)], { subnet }),
    ),
  },
)

/** Does what can be done; refusals are NetrigErrors, anything else fails the property. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof NetrigError) return undefined
    throw error
  }
}

function subnetOf(text: string): Subnet {
  const { address, prefix } = readIpv4(text)!
  return { base: address, prefix: prefix! }
}

function checkSound(planned: LabPlan): void {
  const addresses = planned.interfaces.flatMap((port) => port.addresses)
  expect(new Set(addresses.map(({ address }) => address)).size).toBe(addresses.length)
  expect(new Set(planned.interfaces.map(({ mac }) => mac)).size).toBe(planned.interfaces.length)
  const subnets = planned.segments.map(({ subnet }) => subnetOf(subnet))
  for (const [at, one] of subnets.entries()) {
    for (const other of subnets.slice(at + 1)) expect(overlap(one, other)).toBe(false)
  }
  for (const port of planned.interfaces) {
    const segment = planned.segments.find(({ id }) => id === port.segment)!
    expect(segment.links).toContain(port.link)
    const { first, last } = usable(subnetOf(segment.subnet))
    const [{ address, prefix }] = port.addresses
    const number = readIpv4(address)!.address
    expect(number >= first && number <= last).toBe(true)
    expect(subnetAround(number, prefix)).toEqual(subnetOf(segment.subnet))
  }
  for (const { name } of planned.hosts) {
    const own = planned.interfaces.filter((port) => port.host === name)
    expect(new Set(own.map((port) => port.name)).size).toBe(own.length)
    expect(own.map(({ index }) => index)).toEqual(own.map((_, at) => at + 2))
    expect(resolve(planned, name, name)).toEqual(
      own.slice(0, 1).flatMap((port) => port.addresses.map(({ address }) => address)),
    )
  }
}

function checkNames(planned: LabPlan): void {
  for (const asker of planned.hosts) {
    const places = new Set(
      planned.interfaces.filter((p) => p.host === asker.name).map((p) => p.segment),
    )
    for (const target of planned.hosts) {
      const own = planned.interfaces.filter((p) => p.host === target.name)
      const seen = resolve(planned, asker.name, target.name)
      if (own.length === 0) {
        expect(seen).toEqual([])
        continue
      }
      const shared = own.filter((p) => places.has(p.segment))
      const right = shared[0] ?? own[0]!
      expect(seen).toEqual(right.addresses.map(({ address }) => address))
    }
  }
}

function checkRoutes(planned: LabPlan): void {
  const kind = new Map(planned.hosts.map(({ name, kind }) => [name, kind]))
  const ways = planned.routes.map(({ host, family }) => `${host} ${family}`)
  expect(new Set(ways).size).toBe(ways.length)
  for (const route of planned.routes) {
    expect(kind.get(route.host)).toBe('host')
    const out = planned.interfaces.find((p) => p.host === route.host && p.index === route.index)!
    const gateway = planned.interfaces.find((p) =>
      p.addresses.some(({ address }) => address === route.via),
    )!
    expect(kind.get(gateway.host)).toBe('router')
    expect(gateway.segment).toBe(out.segment)
  }
}

/** Most hosts and switches first, so that most links have ends; then anything in any order. */
const beginning = fc
  .tuple(
    fc.subarray(['a', 'b', 'c', 'd'], { minLength: 2 }),
    fc.subarray(['b', 'e']),
    fc.subarray(['lan', 'wan']),
  )
  .map(([hosts, routers, switches]): Step[] => [
    ...hosts.map(
      (name): Step =>
        (d) =>
          d.addHost(name),
    ),
    ...routers.map(
      (name): Step =>
        (d) =>
          d.addHost(name, 'router'),
    ),
    ...switches.map(
      (name): Step =>
        (d) =>
          d.addSwitch(name),
    ),
  ])
const more = fc.array(step, { maxLength: 25, size: 'max' })
const steps = fc.tuple(beginning, more).map(([first, then]) => [...first, ...then])

test('whatever is declared, the plan is sound or refused by name', () => {
  let planned = 0
  fc.assert(
    fc.property(steps, fc.boolean(), (todo, ipv6) => {
      const declared = new Declarations({ ipv6 })
      for (const run of todo) attempt(() => run(declared))
      const result = attempt(() => plan(declared, undefined, { ipv6 }))
      if (result === undefined) return
      planned += result.interfaces.length > 3 ? 1 : 0
      checkSound(result)
      checkNames(result)
      checkRoutes(result)
    }),
    { numRuns: 300 },
  )
  // The law says little if nearly all topologies were refused.
  expect(planned).toBeGreaterThan(50)
})

test('what a plan gave out, no later plan changes', () => {
  let extended = 0
  fc.assert(
    fc.property(steps, more, (before, after) => {
      const declared = new Declarations()
      for (const run of before) attempt(() => run(declared))
      const first = attempt(() => plan(declared))
      if (first === undefined) return
      for (const run of after) attempt(() => run(declared))
      const second = attempt(() => plan(declared, first))
      if (second === undefined) return
      checkSound(second)
      checkNames(second)
      checkRoutes(second)
      extended += second.interfaces.length > first.interfaces.length ? 1 : 0
      expect(second.interfaces.slice(0, first.interfaces.length)).toEqual(first.interfaces)
      expect(second.routes.slice(0, first.routes.length)).toEqual(first.routes)
      for (const [name, address] of first.addressOf) {
        expect(second.addressOf.get(name)).toBe(address)
      }
      const changes = diff(first, second)
      expect([...first.interfaces, ...changes.interfaces]).toEqual(second.interfaces)
      expect([...first.routes, ...changes.routes]).toEqual(second.routes)
      const views = new Map(first.views.map(({ id, content }) => [id, content]))
      for (const { id, content } of changes.views) views.set(id, content)
      const viewOf = new Map(first.viewOf)
      for (const { host, view } of changes.moved) viewOf.set(host, view)
      for (const { name } of changes.hosts) viewOf.set(name, second.viewOf.get(name)!)
      for (const { name } of second.hosts) {
        const right = second.views.find(({ id }) => id === second.viewOf.get(name))
        expect(views.get(viewOf.get(name)!)).toBe(right?.content)
      }
    }),
    { numRuns: 300 },
  )
  expect(extended).toBeGreaterThan(50)
})

test('planning is a function: the same declarations make the same plan', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const declared = new Declarations()
      for (const run of todo) attempt(() => run(declared))
      expect(attempt(() => plan(declared))).toEqual(attempt(() => plan(declared)))
    }),
  )
})
