// `npm run test:sanitized`: the kernel tests once more, with the C programs built under
// AddressSanitizer and UBSan. They run in a copy of the checkout that has these programs in the place
// of the static ones; arguments go on to vitest.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const copy = join(root, 'native/build/sanitized')
const reports = join(copy, 'reports')
const programs = join(copy, `native/bin/linux-${process.arch}`)

/** Runs a command and returns whether it passed. */
function run(command, args, options) {
  const { error, status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  })
  if (error) console.error(`netrig: could not run ${command}: ${error.message}`)
  return status === 0
}

if (!run('make', ['--silent', '-C', 'native', 'asan'], { cwd: root })) process.exit(1)
rmSync(copy, { recursive: true, force: true })
for (const name of [
  'src',
  'test',
  'docs',
  'examples',
  'bench',
  'dist',
  'README.md',
  'package.json',
  'vitest.config.ts',
  'tsconfig.json',
]) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true })
}
// Some tests compile a part of the C by itself.
for (const name of readdirSync(join(root, 'native'))) {
  if (name === 'bin' || name === 'build') continue
  cpSync(join(root, 'native', name), join(copy, 'native', name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
mkdirSync(programs, { recursive: true })
for (const name of readdirSync(join(root, 'native/build/asan'), { withFileTypes: true })) {
  if (name.isFile() && name.name !== 'flags') {
    cpSync(join(root, 'native/build/asan', name.name), join(programs, name.name))
  }
}
mkdirSync(reports)
// Programs of a lab may be root of an unprivileged range there, and no one here.
chmodSync(reports, 0o1777)

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const passed = run(
  process.execPath,
  [vitest, 'run', '--project', 'kernel', ...process.argv.slice(2)],
  {
    cwd: copy,
    env: {
      ...process.env,
      // Leaks are looked for by tracing, which PID 1 of a namespace does not allow; these programs
      // give their memory back by ending.
      ASAN_OPTIONS: `detect_leaks=0:log_path=${reports}/asan`,
      UBSAN_OPTIONS: `print_stacktrace=1:log_path=${reports}/ubsan`,
    },
  },
)
const found = readdirSync(reports)
for (const file of found) console.error(`\n${file}\n${readFileSync(join(reports, file), 'utf8')}`)
console.log(`sanitizers: ${found.length === 0 ? 'nothing found' : `${found.length} reports`}`)
process.exit(passed && found.length === 0 ? 0 : 1)
