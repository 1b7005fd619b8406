// npm run kernel: builds netrig's own kernel into the user's cache, unless it is there.
//
//   npm run kernel                  prints the path of the kernel
//   npm run kernel -- --force       builds it again
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { compile, configure, unpack } from './compile.mjs'
import {
  ABI,
  additions,
  builtKernel,
  cacheFolder,
  fragment,
  kernelFolder,
  patches,
} from './recipe.mjs'
import { fail, output } from './run.mjs'
import { findSources } from './sources.mjs'
import { ensureTools } from './tools.mjs'

/** Sources and objects, measured, and some. */
const NEEDED_BYTES = 1.5e9

function describe(sources) {
  const { package: name, version, sha256 } = sources
  return {
    abi: ABI,
    source: { package: name, version, file: `${name}.tar.xz`, sha256 },
    compiler: output('cc', ['--version'])?.split('\n')[0],
    patches: patches.map((path) => basename(path)),
    additions: additions.map(({ from, to }) => ({ file: basename(from), to })),
  }
}

async function build() {
  ensureTools()
  mkdirSync(cacheFolder(), { recursive: true })
  const { bavail, bsize } = statfsSync(cacheFolder())
  if (bavail * bsize < NEEDED_BYTES) {
    fail(`${cacheFolder()} has less than the 1.5 GB free that a build takes.`)
  }
  const started = Date.now()
  console.error('netrig: building the kernel, some minutes')
  const sources = findSources()
  console.error(`netrig: from ${sources.package} ${sources.version} (${sources.path})`)

  // Named now: whoever edits an input meanwhile makes another kernel of it.
  const folder = kernelFolder(sources.version)
  const work = mkdtempSync(join(cacheFolder(), 'build-'))
  const leave = () => rmSync(work, { recursive: true, force: true })
  process.on('exit', leave)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

  const tree = unpack(sources, work)
  const objects = join(work, 'objects')
  configure(tree, objects)
  const kernel = await compile(tree, objects)

  // Complete or not there: a folder appears under its name by one rename.
  const made = join(work, 'made')
  mkdirSync(made)
  copyFileSync(kernel, join(made, 'linux'))
  chmodSync(join(made, 'linux'), 0o755)
  copyFileSync(join(objects, '.config'), join(made, 'config'))
  copyFileSync(fragment, join(made, 'fragment.config'))
  copyFileSync(join(tree, 'COPYING'), join(made, 'COPYING'))
  copyFileSync(join(tree, 'LICENSES/preferred/GPL-2.0'), join(made, 'GPL-2.0'))
  writeFileSync(join(made, 'sources.json'), `${JSON.stringify(describe(sources), null, 2)}\n`)
  rmSync(folder, { recursive: true, force: true })
  renameSync(made, folder)
  leave()

  const seconds = Math.round((Date.now() - started) / 1000)
  const megabytes = (statSync(join(folder, 'linux')).size / 1e6).toFixed(1)
  console.error(`netrig: built in ${seconds} s, ${megabytes} MB`)
  return folder
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail('the kernel can be built on Linux with an x86-64 processor only: UML has no other.')
}
const there = process.argv.includes('--force') ? undefined : builtKernel()
const folder = there ?? (await build())
// The one that was asked for last is the one that netrig takes.
utimesSync(folder, new Date(), new Date())
if (!existsSync(join(folder, 'linux'))) fail(`${folder} has no kernel in it.`)
console.log(join(folder, 'linux'))
