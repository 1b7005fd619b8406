// npm run kernel:pack: lays out the npm package @netrig/kernel-linux-x64 in native/kernel/package/, or
// in another folder when one is named, from the kernel in the cache (built if it is not there).
// Publishing it is for a person to do:
//
//   npm run kernel:pack && npm publish ./native/kernel/package --access public
//
// The kernel is under the GPL, version 2: whoever gets the binary gets what it was made from, as
// Debian's package by name, version and hash, and all that is ours in full.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { additions, fragment, patches } from './recipe.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const target = resolve(process.argv[2] ?? join(here, 'package'))
const netrig = JSON.parse(readFileSync(join(here, '../../package.json'), 'utf8'))

const manifest = ({ source }) => ({
  name: `@netrig/kernel-${process.platform}-${process.arch}`,
  version: netrig.version,
  description: `Linux ${source.version}, built to run as a process: the kernel of netrig vm`,
  license: 'GPL-2.0-only',
  os: [process.platform],
  cpu: [process.arch],
  files: ['linux', 'config', 'sources.json', 'sources', 'GPL-2.0', 'COPYING', 'README.md'],
})

const readme = ({ source, compiler }) => `# The kernel of netrig vm

User-Mode Linux for x86-64: a Linux kernel that is an ordinary program. netrig finds it where it is
installed beside it. It is a work of its own, under the GNU General Public License, version 2
(\`COPYING\`, \`GPL-2.0\`); netrig, which starts it, is not a part of it.

It was made from

- Debian's package \`${source.package}\`, version \`${source.version}\`: the file \`${source.file}\` in it has the
  SHA-256 \`${source.sha256}\`. Debian keeps every version at
  https://snapshot.debian.org/package/linux-6.12/;
- the patches in \`sources/patches\`, in the order of their names;
- the files in \`sources/additions\`, which lie where they go in the tree;
- the configuration \`config\`: \`sources/fragment.config\` over \`make ARCH=um tinyconfig\`;

with ${compiler}. \`npm run kernel\` in a checkout of netrig does all that.
`

const kernel = execFileSync(process.execPath, [join(here, 'build.mjs')], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim()
const built = dirname(kernel)
const facts = JSON.parse(readFileSync(join(built, 'sources.json'), 'utf8'))

rmSync(target, { recursive: true, force: true })
mkdirSync(join(target, 'sources'), { recursive: true })
for (const name of ['linux', 'config', 'sources.json', 'GPL-2.0', 'COPYING']) {
  copyFileSync(join(built, name), join(target, name))
}
copyFileSync(fragment, join(target, 'sources/fragment.config'))
cpSync(dirname(patches[0]), join(target, 'sources/patches'), { recursive: true })
for (const { from, to } of additions) cpSync(from, join(target, 'sources/additions', to))
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(facts), null, 2)}\n`)
writeFileSync(join(target, 'README.md'), readme(facts))
console.log(target)
