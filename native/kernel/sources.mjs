// Debian's sources of the kernel: installed, downloaded before, or downloaded now, in this order.
// Only apt is asked, and neither way needs root.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, SOURCE } from './recipe.mjs'
import { fail, must, output } from './run.mjs'

const installed = `/usr/src/${SOURCE}.tar.xz`

/** The package of the file, as the machine knows it, or undefined where it knows none. */
function installedVersion() {
  if (!existsSync(installed)) return undefined
  // Lines such as 'Status: install ok installed' and 'Version: 6.12.117-1~deb12u1'.
  const status = output('dpkg', ['-s', SOURCE]) ?? ''
  return /^Status: .* installed$/m.test(status) ? /^Version: (\S+)$/m.exec(status)?.[1] : undefined
}

/** The newest package in the folder: linux-source-6.12_6.12.117-1~deb12u1_all.deb. */
function downloaded(folder) {
  if (!existsSync(folder)) return undefined
  const newestFirst = new Intl.Collator('en', { numeric: true })
  const [name] = readdirSync(folder)
    .filter((name) => name.startsWith(`${SOURCE}_`) && name.endsWith('.deb'))
    .sort((a, b) => newestFirst.compare(b, a))
  if (name === undefined) return undefined
  const version = output('dpkg-deb', ['-f', join(folder, name), 'Version'])
  return version === undefined ? undefined : { path: join(folder, name), version }
}

function download(folder) {
  mkdirSync(folder, { recursive: true })
  const get = () =>
    spawnSync('apt-get', ['-q', '-o', 'Acquire::Retries=3', 'download', SOURCE], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  let done = get()
  if (done.error) {
    fail(`apt-get was not found: the kernel is built from Debian's package ${SOURCE}.`)
  }
  if (done.status !== 0 && process.getuid() === 0) {
    // On a machine just made apt knows of no packages at all.
    spawnSync('apt-get', ['-qq', 'update'], { stdio: ['ignore', 'inherit', 'inherit'] })
    done = get()
  }
  if (done.status !== 0) {
    fail(
      `apt-get could not download ${SOURCE}. It is in Debian 12 (bookworm-security), 12 backports and 13;` +
        ' `apt-get update` as root makes apt see it.',
    )
  }
}

/**
 * Where the sources are: `{ package, version, path, tarball, sha256 }`. `path` is Debian's tarball, or
 * a package that has it within; `tarball` is the shell command that writes it to stdout, `$0` its path.
 */
export function findSources() {
  const version = installedVersion()
  if (version !== undefined) return described(version, installed, 'cat "$0"')
  const folder = join(cacheFolder(), 'source')
  if (downloaded(folder) === undefined) download(folder)
  const found = downloaded(folder)
  if (found === undefined) fail(`no package of ${SOURCE} is in ${folder}.`)
  const within = `dpkg-deb --fsys-tarfile "$0" | tar -xO ./usr/src/${SOURCE}.tar.xz`
  return described(found.version, found.path, within)
}

function described(version, path, tarball) {
  const sha256 = must('sh', ['-c', `${tarball} | sha256sum`, path]).slice(0, 64)
  return { package: SOURCE, version, path, tarball, sha256 }
}
