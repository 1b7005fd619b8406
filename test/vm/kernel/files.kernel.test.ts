import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createVm } from '../../../src/vm/create.js'
import { findKernel } from '../../../src/vm/kernel/find.js'
import { test } from '../support.js'
import { folderForTest } from './support.js'

async function vmForTest() {
  const vm = await createVm({ memory: '512MiB' })
  onTestFinished(() => vm.stop())
  return vm
}

// Patch 0009 keeps what was read of the host's files.
test('what the machine writes is seen by the next who looks', async () => {
  const folder = folderForTest()
  const file = join(folder, 'file')
  writeFileSync(file, 'one\n')
  const vm = await vmForTest()
  const read = async () => (await vm.exec('cat', [file])).stdout
  expect(await read()).toBe('one')
  // Same length, within the same second.
  writeFileSync(file, 'two\n')
  expect(await read()).toBe('two')
  writeFileSync(join(folder, 'new'), 'three, and longer\n')
  renameSync(join(folder, 'new'), file)
  expect(await read()).toBe('three, and longer')
  rmSync(file)
  expect((await vm.exec('cat', [file], { reject: false })).exitCode).toBe(1)
  writeFileSync(file, 'four\n')
  expect(await read()).toBe('four')
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  writeFileSync(file, 'five\n')
  expect(await read()).toBe('five')
})

test('what the vm does to files is done, and it sees it itself', async () => {
  const folder = folderForTest()
  writeFileSync(join(folder, 'a'), 'a')
  mkdirSync(join(folder, 'tree'))
  const vm = await vmForTest()
  const script = `set -e; ln a b; ln -s a c; mkdir d; echo e > d/e; cat b c d/e
    mv d f; cat f/e; rm a; cat b; ls a 2>/dev/null || echo gone
    echo longer > b; cat b; echo x >> b; cat b; mv -T b f/e; cat f/e
    rmdir tree; mkdir tree; ls tree; rm c; ln -s f/e c; cat c`
  const { stdout } = await vm.exec('sh', ['-c', script], { cwd: folder })
  const after = ['longer', 'x', 'longer', 'x', 'longer', 'x']
  expect(stdout.split('\n')).toEqual(['aae', 'e', 'agone', 'longer', ...after])
  expect(readFileSync(join(folder, 'f/e'), 'utf8')).toBe('longer\nx\n')
  expect(readlinkSync(join(folder, 'c'))).toBe('f/e')
  expect(readdirSync(folder).sort()).toEqual(['c', 'f', 'tree'])
})

test('a file is closed outside when it is inside', async () => {
  const folder = folderForTest()
  for (let i = 0; i < 300; i++) writeFileSync(join(folder, `${i}`), `${i}`)
  linkSync(join(folder, '0'), join(folder, 'hard'))
  symlinkSync('hard', join(folder, 'soft'))
  const vm = await vmForTest()
  await vm.exec('true')
  const before = openFiles()
  const sum = 'cat * | wc -c; for f in *; do echo >> $f; done; ls -lR . | wc -l'
  await vm.exec('sh', ['-c', sum], { cwd: folder })
  expect(openFiles() - before).toBeLessThan(20)
})

/** How many files the kernels of this process have open. */
function openFiles(): number {
  const kernel = findKernel().path
  const pids = readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readlinkSync(`/proc/${name}/exe`) === kernel &&
        readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`${process.pid}`)
      )
    } catch {
      return false
    }
  })
  // Its processes share one table of files with it.
  return Math.max(...pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length))
}
