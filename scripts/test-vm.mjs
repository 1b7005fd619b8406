// Runs the kernel tests inside netrig's own kernel:
//
//   npm run test:vm                            all, in as many vms at once as there are processors
//   npm run test:vm -- test/lab -t partition   some: words are handed to vitest
//
// In two parts. All run in full virtual time, where waiting takes none and nothing depends on how fast the
// machine is. What never waits, and whoever watches it, needs time that passes while somebody computes: tests
// of that are skipped there, and their files run once more where only idle time is skipped.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What a file has in it whose tests are skipped where computing takes no time (test/support/processor.ts). */
const NEEDS_TIME = /(?:runIf|skipIf)\([^)]*computingTakesTime/

/** How many vms, when all tests are asked for: more than processors, so that they end together. */
const SHARES_PER_PROCESSOR = 2

const words = process.argv.slice(2)
const paths = words.filter((word) => /^(\.\/)?(test|examples)(\/|$)/.test(word))
const options = words.filter((word) => !paths.includes(word))
const asked = (file) =>
  paths.length === 0 || paths.some((path) => file.includes(path.replace(/^\.\//, '')))

/** One vm with one vitest in it. */
function job(title, time, files) {
  const vm = ['dist/adapters/cli/main.js', 'vm', time, '--memory', '4G', '--watchdog', '600', '--']
  const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'kernel']
  // The vm has one processor, and a worker of its own for each file would cost a second each.
  const lean = ['--no-isolate', '--maxWorkers', '1', '--passWithNoTests']
  return { title, files, args: [...vm, ...vitest, ...lean, ...files, ...options] }
}

function jobs() {
  const files = kernelTests().filter(asked)
  const computing = files.filter((file) => NEEDS_TIME.test(readFileSync(join(root, file), 'utf8')))
  if (files.length === 0) {
    console.error(`no kernel test is at ${paths.join(' or ')}`)
    process.exit(1)
  }
  const shares = paths.length > 0 ? 1 : availableParallelism() * SHARES_PER_PROCESSOR
  const full = Array.from({ length: shares }, (_, share) => {
    const title = shares === 1 ? 'in virtual time' : `in virtual time, ${share + 1} of ${shares}`
    // Dealt like cards: neighbours take about the same time.
    return job(
      title,
      '--virtual-time',
      files.filter((_, at) => at % shares === share),
    )
  })
  if (computing.length === 0) return full
  return [job('where computing takes time', '--virtual-time=idle', computing), ...full]
}

/** As vitest.config.ts has them. */
function kernelTests() {
  const below = (folder, ending) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
      .map((file) => `${folder}/${file}`)
  return [...below('examples', '.test.ts'), ...below('test', '.kernel.test.ts')].sort()
}

const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exitCode = 1
    queue.length = 0
  })
}

/** Runs a job; what it says is shown as a whole when others run beside it. */
async function run({ title, args }, alone) {
  const stdio = alone ? 'inherit' : ['ignore', 'pipe', 'pipe']
  if (alone) console.log(`\n== ${title}`)
  const child = spawn(process.execPath, args, { cwd: root, stdio })
  running.add(child)
  const said = []
  child.stdout?.on('data', (chunk) => said.push(chunk))
  child.stderr?.on('data', (chunk) => said.push(chunk))
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', resolve)
  })
  running.delete(child)
  if (!alone) process.stdout.write(`\n== ${title}\n${Buffer.concat(said)}`)
  if (code !== 0) process.exitCode = 1
}

const queue = jobs()
const lanes = paths.length > 0 ? 1 : Math.min(availableParallelism(), queue.length)
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await run(next, lanes === 1)
  }),
)
