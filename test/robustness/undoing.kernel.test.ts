import { beforeAll, expect, test } from 'vitest'
import type { Host, Lab } from '../../src/index.js'
import { aLab, eventually } from './support/here.js'
import { program } from './support/programs.js'

// Root in a host does to its own network what it can, and the fault that acts on it goes on acting: nothing of
// it is in the host.
//
//   a ---- lan ---- b        a ==== d   a cable, without a switch between
//           |
//           c
interface Net {
  readonly lab: Lab
  readonly a: Host
  readonly b: Host
  readonly c: Host
  readonly d: Host
}

async function started(): Promise<Net> {
  const lab = await aLab()
  const lan = lab.switch('lan', { subnet: '10.0.0.0/24' })
  const [a, b, c, d] = lab.hosts('a', 'b', 'c', 'd')
  for (const host of [a, b, c]) lab.link(host, lan)
  lab.link(a, d)
  await lab.start()
  return { lab, a, b, c, d }
}

beforeAll(() => {
  program('undo', 'route.c')
  program('forge')
})

const reaches = async (from: Host, to: Host): Promise<boolean> => {
  const args = ['-c', '3', '-i', '0.05', '-W', '0.3', to.name]
  return (await from.exec('ping', args, { reject: false })).exitCode === 0
}

/** The kernel asks for a neighbour's address again only after a second. */
const heals = (from: Host, to: Host) => eventually(`${from} reaches ${to}`, () => reaches(from, to))

/** The address of the end of `host` that is towards `other`. */
const mac = (host: Host, at = 0) => host.interfaces[at]!.mac

/** How many of some forged frames get from one host to another. */
async function forged(from: Host, to: Host, others: Host[], at = 0): Promise<number> {
  const hear = to.spawn(program('forge'), ['hear', '500'])
  await expect.poll(() => hear.lastLines, { timeout: 5000 }).toContain('ready')
  const names = [mac(from, at), ...[...others, to].map((host) => mac(host))]
  await from.exec(program('forge'), ['send', `eth${at}`, mac(to), ...names])
  await hear.exited
  return Number(hear.lastLines.at(-1))
}

let number = 100

async function undo(host: Host): Promise<void> {
  for (const { name } of host.interfaces) {
    // Nobody else's address: two hosts with one would not reach each other for that.
    number += 1
    const { stdout } = await host.exec(program('undo'), [name, String(number)])
    const said = new Map(stdout.split('\n').map((line) => line.split(' ') as [string, string]))
    // It is not that it was forbidden: these are its own.
    for (const step of ['flush-rules', 'down', 'new-mac', 'up']) {
      expect([name, step, said.get(step)]).toEqual([name, step, 'ok'])
    }
  }
}

test('a partition on a switch', async () => {
  const { lab, a, b, c } = await started()
  expect(await forged(a, b, [c])).toBeGreaterThan(50)
  const cut = await lab.partition([a], [b])
  expect(await reaches(a, b)).toBe(false)
  expect(await forged(a, b, [c])).toBe(0)
  await undo(a)
  expect(await reaches(a, b)).toBe(false)
  const before = cut.effect().packets
  expect(await forged(a, b, [c])).toBe(0)
  expect(cut.effect().packets).toBeGreaterThan(before + 50)
  await heals(a, c)
  // From the other side, too.
  await undo(b)
  expect(await reaches(b, a)).toBe(false)
  expect(await forged(b, a, [c])).toBe(0)
  await cut.heal()
  await heals(a, b)
}, 60_000)

test('a partition on a cable, and a link that is down', async () => {
  const { lab, a, d } = await started()
  expect(await forged(a, d, [], 1)).toBeGreaterThan(50)
  const cut = await lab.partition([a], [d])
  await undo(d)
  expect(await reaches(d, a)).toBe(false)
  expect(await forged(a, d, [], 1)).toBe(0)
  await cut.heal()
  await heals(d, a)
}, 60_000)

test('a link that is down, and a lossy one', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const link = lab.link(a, b)
  const lossy = lab.link(a, c, { loss: '100%' })
  await lab.start()
  await link.down()
  await undo(a)
  expect(await reaches(a, b)).toBe(false)
  expect(await forged(a, b, [])).toBe(0)
  expect(await reaches(a, c)).toBe(false)
  expect(await forged(a, c, [], 1)).toBe(0)
  await link.up()
  await lossy.update({ loss: 0 })
  await heals(a, b)
  await heals(a, c)
}, 60_000)
