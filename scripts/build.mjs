// Builds the C helpers into native/bin/linux-<arch>/ and the TypeScript into dist/.
//
//   node scripts/build.mjs             what changed
//   node scripts/build.mjs --all       helpers for the other architecture too, where a cross compiler is
//
// `npm ci` in a checkout runs it as `prepare`, `npm pack` as `prepack`. Whoever installs the packed
// package runs nothing of it: npm has no `prepare` for tarballs.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compilerFor, crossCompiler, NO_COMPILER, OTHER_ARCH, works } from './compiler.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const all = process.argv.includes('--all')

/** Ends the build with a sentence for a person. */
function fail(sentence) {
  console.error(`netrig: ${sentence}`)
  process.exit(1)
}

/** Runs one step and ends the build with its status when it fails. */
function step(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.error) fail(`could not run ${command}: ${done.error.message}`)
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** Compiles the helpers with one compiler; make knows what is up to date. */
function helpers(compiler) {
  step('make', ['--silent', `-j${availableParallelism()}`, '-C', 'native', `CC=${compiler}`])
}

/** All files below a folder, as paths from it. */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}

/** Compiles src/ unless that was done since anything it is made from changed. */
function library() {
  const src = join(root, 'src')
  const dist = join(root, 'dist')
  const sources = filesIn(src).filter((file) => file.endsWith('.ts'))
  const wanted = new Set(
    sources.flatMap((file) => [file.replace(/\.ts$/, '.js'), file.replace(/\.ts$/, '.d.ts')]),
  )
  // What was compiled from a file that is gone would be packed and imported for ever after.
  for (const file of filesIn(dist)) if (!wanted.has(file)) rmSync(join(dist, file))

  // The stamp says that the compiler was content: it writes dist/ even when it is not.
  const stamp = join(root, 'native/build/library.ok')
  const time = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)
  const inputs = ['tsconfig.json', 'package.json', 'node_modules/typescript/package.json']
  const newest = Math.max(
    ...sources.map((file) => time(join(src, file))),
    ...inputs.map((file) => time(join(root, file))),
  )
  const complete = [...wanted].every((file) => existsSync(join(dist, file)))
  if (complete && time(stamp) > newest) return
  const started = new Date()
  rmSync(stamp, { force: true })
  step(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'])
  // npm makes commands executable where it installs them, not in the checkout that they are from.
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const command of Object.values(bin)) chmodSync(join(root, command), 0o755)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  // Of the time when the compiler began to read: what was saved meanwhile is newer.
  utimesSync(stamp, started, started)
}

// An unpacked package has no sources, and all that could be built is there already.
if (!existsSync(join(root, 'src'))) process.exit(0)
if (process.platform !== 'linux') fail('netrig is made of Linux namespaces: build it on Linux.')

const compiler = compilerFor(process.env)
if (!works(compiler)) fail(NO_COMPILER(compiler))
if (!works('make')) fail('`make` was not found. Debian, Ubuntu: apt install make.')
helpers(compiler)
if (all) {
  const cross = crossCompiler()
  if (works(cross)) helpers(cross)
  else if (process.env.npm_command === 'publish') {
    fail(`a package for all needs linux-${OTHER_ARCH} too: ${cross} was not found.`)
  } else console.error(`netrig: no ${cross}: packed without helpers for linux-${OTHER_ARCH}.`)
}
library()
