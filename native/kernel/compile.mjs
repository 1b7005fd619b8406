// From Debian's sources, the patches, the driver and the configuration to a kernel.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createProgress } from './progress.mjs'
import { additions, fragment, patches, SOURCE } from './recipe.mjs'
import { fail, must } from './run.mjs'

/** What a kernel for a process never needs: most of the files. Kconfig wants all Kconfigs. */
const UNUSED = [
  ...['Documentation', 'samples', 'sound', 'tools/testing', 'tools/perf'],
  ...[
    'gpu',
    'media',
    'infiniband',
    'scsi',
    'staging',
    'iio',
    'usb',
    'net/ethernet',
    'net/wireless',
  ].map((name) => `drivers/${name}`),
  ...['alpha', 'arc', 'arm', 'arm64', 'csky', 'hexagon', 'loongarch', 'm68k', 'microblaze', 'mips']
    .concat('nios2', 'openrisc', 'parisc', 'powerpc', 'riscv', 's390', 'sh', 'sparc', 'xtensa')
    .map((name) => `arch/${name}`),
].flatMap((folder) =>
  ['c', 'h', 'S', 'dts', 'dtsi', 'rst', 'yaml', 'json'].map(
    (type) => `${SOURCE}/${folder}/*.${type}`,
  ),
)

/** The same bytes from the same sources: no date, no name of a person or a machine. */
const REPRODUCIBLE = {
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
  KBUILD_BUILD_USER: 'netrig',
  KBUILD_BUILD_HOST: 'netrig',
  KBUILD_BUILD_VERSION: '1',
}

/** Unpacks and patches the sources below `folder`; answers the tree. */
export function unpack({ path, tarball }, folder) {
  const exclude = UNUSED.map((name) => `--exclude='${name}'`).join(' ')
  must('sh', ['-c', `${tarball} | xz -T0 -dc | tar -x --wildcards ${exclude}`, path], {
    cwd: folder,
  })
  const tree = join(folder, SOURCE)
  for (const patch of patches) {
    must('patch', ['-p1', '--force', '--fuzz=1', '--no-backup-if-mismatch', '-i', patch], {
      cwd: tree,
    })
  }
  for (const { from, to } of additions) copyFileSync(from, join(tree, to))
  return tree
}

/** The options of a configuration, by name; those that are off have the value `n`. */
function options(text) {
  const set = [...text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value])
  const off = [...text.matchAll(/^# (CONFIG_\w+) is not set$/gm)].map(([, name]) => [name, 'n'])
  return new Map([...set, ...off])
}

/** Lays the fragment over tinyconfig, and wants to find all of it in what comes out. */
export function configure(tree, build) {
  mkdirSync(build, { recursive: true })
  const make = (target, env) =>
    must('make', ['-s', '-C', tree, 'ARCH=um', `O=${build}`, target], {
      env: { ...process.env, ...REPRODUCIBLE, ...env },
    })
  make('tinyconfig')
  const config = join(build, '.config')
  must(join(tree, 'scripts/kconfig/merge_config.sh'), ['-m', '-O', build, config, fragment], {
    cwd: tree,
    env: { ...process.env, ARCH: 'um' },
  })
  make('olddefconfig')

  const outcome = options(readFileSync(config, 'utf8'))
  const lost = [...options(readFileSync(fragment, 'utf8'))].filter(
    ([name, value]) => (outcome.get(name) ?? 'n') !== value,
  )
  if (lost.length > 0) {
    fail(
      `these options cannot be had: ${lost.map(([name, value]) => `${name}=${value}`).join(' ')}`,
    )
  }
}

/** Compiles with all processors; answers the path of the kernel, stripped. */
export async function compile(tree, build) {
  const progress = createProgress()
  const child = spawn(
    'make',
    ['-C', tree, 'ARCH=um', `O=${build}`, `-j${availableParallelism()}`],
    {
      env: { ...process.env, ...REPRODUCIBLE },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const last = []
  const read = async (stream) => {
    for await (const line of createInterface({ input: stream })) {
      progress.saw(line)
      last.push(line)
      if (last.length > 40) last.shift()
    }
  }
  const ended = new Promise((resolve) => child.once('close', resolve))
  await Promise.all([read(child.stdout), read(child.stderr)])
  const status = await ended
  progress.end()
  if (status !== 0) {
    console.error(last.join('\n'))
    fail('the kernel did not compile.')
  }
  const kernel = join(build, 'linux')
  must('strip', ['-s', kernel])
  return kernel
}
