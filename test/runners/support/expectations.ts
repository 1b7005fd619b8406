import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { readPcapng } from '../../support/pcapng.js'
import type { Outcome } from './command.js'
import type { Project } from './project.js'
import { keptOf, remainsOf } from './remains.js'

/** A run in which everything passes and nothing stays. */
export async function expectPass(project: Project, run: Promise<Outcome>): Promise<string> {
  const { code, output } = await run
  expect(code, output).toBe(0)
  // Node says in such a warning that a descriptor was closed behind its back.
  expect(output).not.toMatch(/Warning: File descriptor/)
  expect(await remainsOf(project)).toEqual([])
  return output
}

/** A run in which something fails; nothing stays all the same. Returns what is said of it, from the first error on. */
export async function expectFailure(project: Project, run: Promise<Outcome>): Promise<string> {
  const { code, output } = await run
  expect(code, output).toBe(1)
  expect(await remainsOf(project)).toEqual([])
  return output
}

/** All of it stands in the text, in this order. */
export function expectInOrder(text: string, ...parts: readonly string[]): void {
  let at = text.indexOf(parts[0]!)
  expect(at, `${parts[0]} in\n${text}`).toBeGreaterThanOrEqual(0)
  for (const part of parts.slice(1)) {
    const next = text.indexOf(part, at + 1)
    expect(next, `${part} behind what comes before it in\n${text}`).toBeGreaterThan(at)
    at = next
  }
}

/** What projects/<runner>/bad.test.* is to say: the failure, and then the lab. */
export function expectReport(output: string): void {
  expectInOrder(
    output,
    'what it is not',
    'that is cut',
    'topology:',
    'switch lan  10.0.0.0/24',
    'a  eth0  10.0.0.1',
    'programs:',
    'a: sh -c',
    'exit code 3',
    'last words',
    'faults acting:',
    'partition a | b',
    'partition a | b',
  )
  expect(output).toMatch(/ 500 ?ms/)
  expect(output.lastIndexOf('what it is not'), output).toBeLessThan(
    output.lastIndexOf('last words'),
  )
  expectInOrder(
    output,
    "that takes too long' (made at bad.test",
    'topology:',
    'host.start a',
    'commands that had not ended:',
    'a: sleep 100',
    'seed 0, again:',
    'bad.test',
  )
}

/** What projects/<runner>/keep.test.* leaves: one lab, which can be entered, until it is cleaned away. */
export async function expectKept(project: Project, run: Promise<Outcome>): Promise<void> {
  const output = await expectFailure(project, run)
  const kept = await keptOf(project)
  try {
    expect(kept.map(({ name, hosts }) => [name, hosts?.map((host) => host.name)])).toEqual([
      ['kept one', ['a', 'b']],
    ])
    const { id } = kept[0]!
    expectInOrder(output, `kept: lab ${id}`, 'npx netrig clean', `npx netrig exec ${id} a -- sh`)
    const inside = await project.netrig('exec', id, 'a', '--', 'cat', '/proc/sys/kernel/hostname')
    expect(inside).toMatchObject({ code: 0, output: 'a\n' })
  } finally {
    for (const { id } of kept) await project.netrig('clean', id)
  }
  expect(await keptOf(project)).toEqual([])
}

/** What projects/<runner>/leak.test.* is to say. */
export function expectLeaks(output: string): void {
  expect(output).toContain("The test did not stop a lab: 'forgotten', made at leak.test.")
  expectInOrder(output, 'The process that holds the lab has died', "netrig lab 'whose lab dies'")
}

/** With NETRIG_CAPTURE=on-failure: which files projects/<runner>/bad.test.* leaves, and where it says so. */
export function expectPackets(project: Project, output: string): void {
  const [, path] =
    /packets: (netrig-captures\/bad\.test\S+that-is-cut\S+\.pcapng) \(\d+\)/.exec(output) ?? []
  expect(path, output).toBeDefined()
  const { interfaces } = readPcapng(readFileSync(join(project.folder, path!)))
  expect(interfaces.map(({ name }) => name)).toEqual(['a:eth0', 'b:eth0'])
}
