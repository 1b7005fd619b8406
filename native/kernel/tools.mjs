// What compiling a kernel takes besides Node: as root on Debian it is installed, else it is named.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fail } from './run.mjs'

/** Programs, and Debian's package of each. */
const packages = {
  cc: 'gcc',
  ld: 'binutils',
  make: 'make',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  xz: 'xz-utils',
  tar: 'tar',
  patch: 'patch',
  perl: 'perl-base',
}

const inPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

function missing() {
  const names = Object.keys(packages).filter((program) => !inPath(program))
  const found = names.map((program) => packages[program])
  // The kernel is linked statically, so that it runs on every distribution.
  const linked = spawnSync('cc', ['-static', '-x', 'c', '-o', '/dev/null', '-'], {
    input: 'int main(void) { return 0; }',
  })
  if (linked.status !== 0) found.push('libc6-dev')
  return found
}

export function ensureTools() {
  let wanted = missing()
  if (wanted.length === 0) return
  if (process.getuid() === 0 && inPath('apt-get')) {
    console.error(`netrig: installing ${wanted.join(' ')}`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const install = ['-qq', '-y', '-o', 'Acquire::Retries=3', 'install', '--no-install-recommends']
    const apt = (args) =>
      spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    if (apt([...install, ...wanted]).status !== 0) {
      apt(['-qq', 'update'])
      apt([...install, ...wanted])
    }
    wanted = missing()
  }
  if (wanted.length > 0) {
    fail(`to build the kernel install: sudo apt-get install ${wanted.join(' ')}`)
  }
}
