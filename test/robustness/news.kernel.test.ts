import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { aLab, keepersOf } from './support/here.js'
import { program } from './support/programs.js'

// Only the machine's root may take a descriptor from a host's PID 1: to programs in a host it is out of reach.
const isRoot = process.geteuid?.() === 0

test.runIf(isRoot)('a host’s PID 1 is believed for its own programs only', async () => {
  const lab = await aLab()
  const [evil, b] = lab.hosts('evil', 'b')
  lab.link(evil, b)
  await lab.start()
  const namespace = (await evil.exec('readlink', ['/proc/self/ns/net'])).stdout
  const taken = keepersOf(lab).hosts.find(
    ({ pid }) => readlinkSync(`/proc/${pid}/ns/net`) === namespace,
  )
  const victim = b.spawn('sh', [
    '-c',
    'trap "" TERM; echo up; sleep 0.1; while :; do sleep 1; done',
  ])
  const own = evil.spawn('sleep', ['1000'])
  await Promise.all([victim.started, own.started])
  const before = victim.pid
  execFileSync(program('news'), [String(taken?.pid)])
  // What it says of its own is heard, so all was heard.
  await expect.poll(() => own.pid).toBe(4242)
  expect(victim.pid).toBe(before)
  // A lie that nothing is left of it would end this before its time.
  await victim.stop({ grace: 100 })
  expect((await b.exec('sh', ['-c', `kill -0 ${before}`], { reject: false })).exitCode).not.toBe(0)
})
