import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { probeMachine } from '../../../src/kernel/probe/index.js'

// Once around all kernel tests, in vitest's main process.

/** How long a supervisor may take to end what its runner left: twice what it promises, in ms. */
const PATIENCE = 2_000

/**
 * Before the tests: where labs cannot be, the run fails at once with what `netrig doctor` says, for a
 * kernel test that is skipped looks like one that passed. After them: a lab of this user whose runner
 * is gone has outlived it, and the run fails, too.
 */
export default function setup(): () => Promise<void> {
  // The doctor's order is that of mending: what follows may be lacking only because of the first.
  const lacking = probeMachine().findings.find(({ ok, needed }) => needed && !ok)
  if (lacking !== undefined) {
    const { name, why, fix } = lacking
    const mend = fix === undefined ? '' : `\n  mend: ${fix}`
    throw new Error(`kernel tests cannot run on this machine: ${name}: ${why}${mend}`)
  }
  // For workers to inherit: programs that tests compile are compiled once a run.
  const tools = mkdtempSync(join(tmpdir(), 'netrig-tools-'))
  process.env.NETRIG_TEST_TOOLS = tools
  return async () => {
    rmSync(tools, { recursive: true, force: true })
    const end = Date.now() + PATIENCE
    while (orphans().length > 0 && Date.now() < end) await sleep(50)
    const left = orphans()
    if (left.length === 0) return
    // Vitest prints what a teardown throws, and passes all the same.
    process.exitCode = 1
    throw new Error(`labs outlived their runners:\n  ${left.join('\n  ')}`)
  }
}

/**
 * Labs are seen by the names of their sockets, `@netrig/<uid>/<pid of the runner>/<lab>`, vms likewise; those of
 * runners that are alive are none of this run's business.
 */
function orphans(): string[] {
  const names = readFileSync('/proc/net/unix', 'utf8').matchAll(
    /@netrig(?:-vm)?\/(\d+)\/(\d+)\/[^\s@]+/g,
  )
  return [...new Set([...names].filter(isOrphan).map(([name]) => name))]
}

function isOrphan([, uid, runner]: RegExpMatchArray): boolean {
  return Number(uid) === process.getuid?.() && !existsSync(`/proc/${runner}`)
}
