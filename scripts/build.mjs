// Builds the C helpers into native/bin/linux-<arch>/ and the TypeScript into dist/.
// `npm ci` in a checkout runs it as `prepare`.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs one step and ends the build with its status when it fails. */
function step(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (done.error) {
    console.error(`netrig: could not run ${command}: ${done.error.message}`)
    process.exit(1)
  }
  if (done.status !== 0) process.exit(done.status ?? 1)
}

const compiler = process.env.CC ?? 'cc'
if (spawnSync(compiler, ['--version']).error) {
  console.error(
    `netrig: no C compiler: '${compiler}' was not found. A checkout of netrig compiles its helpers; ` +
      'install gcc or clang and make (Debian, Ubuntu: apt install gcc make libc6-dev; Fedora: dnf install gcc make glibc-static; ' +
      'Alpine: apk add build-base linux-headers), or set CC. The published npm package needs none.',
  )
  process.exit(1)
}
step('make', ['--silent', '-C', 'native', `CC=${compiler}`])
step(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'])
