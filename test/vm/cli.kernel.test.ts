import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { netrigVm, netrigVmIn, test } from './support.js'

test('stdout and stderr are apart, and the exit code is the command’s', () => {
  const { status, stdout, stderr } = netrigVm('--', 'sh', '-c', 'echo out; echo err >&2; exit 7')
  expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: 'out\n', stderr: 'err\n' })
})

test('the first line comes within a second', () => {
  // Others may keep the machine busy: then all takes longer, and Node's own start is the measure.
  const fastest = (run: () => void) =>
    Math.min(
      ...[0, 1, 2].map(() => {
        const started = performance.now()
        run()
        return performance.now() - started
      }),
    )
  const node = fastest(() => spawnSync(process.execPath, ['-e', '0']))
  const vm = fastest(() => expect(netrigVm('--', 'echo').status).toBe(0))
  expect(vm).toBeLessThan(Math.max(1000, 12 * node))
})

test('the working folder, user, environment and umask are those outside', () => {
  const script =
    'pwd; id -u; id -g; umask; echo "$SOME|$NETRIG_VM|$NETRIG_SEED"; hostname; ulimit -n'
  const here = (text: string) => `${text}\n`
  const { stdout } = netrigVmIn({ env: { SOME: 'a\nb ü' } }, '--', 'sh', '-c', script)
  const mask = process.umask().toString(8).padStart(4, '0')
  expect(stdout).toMatch(
    new RegExp(
      `^${here(process.cwd())}${process.getuid?.()}\n${process.getgid?.()}\n${mask}\na\nb ü\\|1\\|.*\nnetrig-vm\n\\d+\n$`,
    ),
  )
})

test('--env comes last, and more than once', () => {
  const { stdout } = netrigVmIn(
    { env: { A: 'outside' } },
    ...['--env', 'A=1', '--env', 'B=2=3', '--', 'sh', '-c', 'echo $A $B'],
  )
  expect(stdout).toBe('1 2=3\n')
})

describe('files', () => {
  test('are those of the machine, written as this user, also below /tmp and with blanks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netrig vm '))
    try {
      mkdirSync(join(folder, 'a b'))
      writeFileSync(join(folder, 'script.sh'), 'echo "$0"; cat note; cp note copy', { mode: 0o755 })
      writeFileSync(join(folder, 'a b/note'), 'words')
      const { status, stdout, stderr } = netrigVmIn(
        { cwd: join(folder, 'a b') },
        '--',
        '../script.sh',
      )
      expect(stderr).toBe('')
      expect({ status, stdout }).toEqual({ status: 0, stdout: '../script.sh\nwords' })
      expect(readFileSync(join(folder, 'a b/copy'), 'utf8')).toBe('words')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('named by arguments are seen below /tmp, others are not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netrig-vm-'))
    const other = mkdtempSync(join(tmpdir(), 'netrig-other-'))
    try {
      writeFileSync(join(folder, 'note'), 'words')
      const { stdout } = netrigVm(
        '--',
        'sh',
        '-c',
        // A checkout may lie there, too, and is shown.
        'cat "$1"; ls -d /tmp/netrig-vm-* /tmp/netrig-other-* 2>&-',
        'sh',
        `${folder}/note`,
      )
      expect(stdout).toBe(`words${folder}\n`)
    } finally {
      rmSync(folder, { recursive: true })
      rmSync(other, { recursive: true })
    }
  })

  test('/tmp, /run and /dev/shm are the vm’s own', () => {
    const name = `netrig-own-${process.pid}`
    const script = `for d in /tmp /dev/shm; do echo > $d/${name} && ls $d/${name}; done`
    expect(netrigVm('--', 'sh', '-c', script).stdout).toBe(`/tmp/${name}\n/dev/shm/${name}\n`)
    expect(netrigVm('--', 'sh', '-c', `ls /tmp/${name} /dev/shm/${name}`).stdout).toBe('')
  })
})

test('loopback is up, names of the machine and of the vm are known', () => {
  const script = `
    const { createServer, connect } = require('node:net')
    const { lookup } = require('node:dns')
    const server = createServer((s) => s.end('hello')).listen(0, '127.0.0.1', () => {
      connect(server.address().port, '127.0.0.1').on('data', (data) => {
        lookup(require('node:os').hostname(), 4, (error, address) => {
          console.log(String(data), error, address)
          server.close()
        })
      })
    })`
  expect(netrigVm('--', process.execPath, '-e', script).stdout).toBe('hello null 127.0.1.1\n')
})

test('cgroup v2 is the command’s to use', () => {
  const script =
    'g=/sys/fs/cgroup$(dirname $(cut -d: -f3 /proc/self/cgroup)); mkdir $g/x && echo 100 > $g/x/pids.max && ' +
    'echo $$ > $g/x/cgroup.procs && cut -d: -f3 /proc/self/cgroup; cat $g/x/pids.max'
  expect(netrigVm('--', 'sh', '-c', script)).toMatchObject({
    stdout: expect.stringMatching(/^\/command-\d+\/x\n100\n$/),
    stderr: '',
  })
})

describe('how a command ends', () => {
  test('one that does not exist: 127 and a sentence', () => {
    expect(netrigVm('--', 'no-such-command')).toMatchObject({
      status: 127,
      stdout: '',
      stderr: "netrig: vm: there is no command 'no-such-command' in PATH\n",
    })
    expect(netrigVm('--', './no/such')).toMatchObject({
      status: 127,
      stderr: expect.stringMatching(/^netrig: vm: '.\/no\/such'.* does not exist\n$/),
    })
  })

  test('one that cannot be run: 126 and a sentence', () => {
    expect(netrigVm('--', '/etc/passwd')).toMatchObject({
      status: 126,
      stderr: "netrig: vm: '/etc/passwd' cannot be run: Permission denied\n",
    })
  })

  test.each(['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const)('%s ends netrig, too', (signal) => {
    const { status, signal: by } = netrigVm('--', 'sh', '-c', `kill -${signal.slice(3)} $$`)
    expect({ status, signal: by }).toEqual({ status: null, signal })
  })
})
