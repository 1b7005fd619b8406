// Which C compilers there are.
import { spawnSync } from 'node:child_process'

/** The architecture that this machine is not, in Node's words. */
export const OTHER_ARCH = process.arch === 'arm64' ? 'x64' : 'arm64'

/** What to say where there is no compiler. */
export const NO_COMPILER = (compiler) =>
  `no C compiler: '${compiler}' was not found. A checkout of netrig compiles its helpers; ` +
  'install gcc or clang, and make (Debian, Ubuntu: apt install gcc make libc6-dev; ' +
  'Fedora: dnf install gcc make glibc-static; Alpine: apk add build-base linux-headers), ' +
  'or set CC. The published npm package needs none.'

/** The compiler asked for with CC, else the system's. */
export function compilerFor(env) {
  return env.CC || 'cc'
}

/** The cross compiler for the other architecture, as Debian and Fedora name it. */
export function crossCompiler() {
  return OTHER_ARCH === 'arm64' ? 'aarch64-linux-gnu-gcc' : 'x86_64-linux-gnu-gcc'
}

/** Whether a command can be run at all; CC may carry words, as in `ccache gcc`. */
export function works(command) {
  return spawnSync(`${command} --version`, { shell: true, stdio: 'ignore' }).status === 0
}
