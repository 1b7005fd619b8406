import { once } from 'node:events'
import { afterEach, describe, expect } from 'vitest'
import { createVm, NetrigError, type Vm, type VmOptions } from '../../src/index.js'
import { test } from './support.js'

const vms: Vm[] = []
afterEach(() => Promise.all(vms.splice(0).map((vm) => vm.stop())))

async function boot(options: VmOptions = {}): Promise<Vm> {
  const vm = await createVm(options)
  vms.push(vm)
  return vm
}

const failure = (promise: PromiseLike<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as NetrigError & Record<string, unknown>,
  )

describe('exec', () => {
  test('is execa’s, one after the other and at once', async () => {
    const vm = await boot()
    const { stdout, stderr, command, stdio, cwd } = await vm.exec(
      'sh',
      ['-c', 'cat; echo err >&2; pwd'],
      { input: 'in ', cwd: '/usr' },
    )
    expect({ stdout, stderr, cwd }).toEqual({ stdout: 'in /usr', stderr: 'err', cwd: '/usr' })
    expect(command).toBe('sh -c cat; echo err >&2; pwd')
    expect(stdio).toHaveLength(3)
    const all = [1, 2, 3].map((n) => vm.exec('sh', ['-c', `sleep 0.${n}; echo ${n}`]))
    expect((await Promise.all(all)).map((one) => one.stdout)).toEqual(['1', '2', '3'])
  })

  test('env, shell, node, lines and reject', async () => {
    const vm = await boot({ env: { A: 'vm', B: 'vm' } })
    expect((await vm.exec('echo $A $B', { shell: true, env: { B: 'own' } })).stdout).toBe('vm own')
    const { stdout } = await vm.exec('-p', ['1+1\n2'], { node: true, reject: false })
    expect(stdout).toContain('2')
    expect((await vm.exec('printf', ['a\\nb'], { lines: true })).stdout).toEqual(['a', 'b'])
    const { exitCode, failed } = await vm.exec('false', { reject: false })
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: true })
  })

  test('what did not run says why', async () => {
    const vm = await boot()
    expect(await failure(vm.exec('no-such'))).toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
    expect(await failure(vm.exec('/etc/passwd'))).toMatchObject({ code: 'PROGRAM_NOT_EXECUTABLE' })
    expect(await failure(vm.exec('true', { cwd: '/no/such' }))).toMatchObject({
      code: 'CWD_NOT_FOUND',
    })
    expect(await failure(vm.exec('sh', ['-c', 'exit 127']))).toMatchObject({ exitCode: 127 })
    const wrong = () => vm.exec('true', { cdw: '/' } as never)
    expect(wrong).toThrow(/no option 'cdw'.*\n.*did you mean 'cwd'/)
    expect(() => vm.exec('true', { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })).toThrow(NetrigError)
  })

  test('timeouts, cancel signals and kill reach the command and what it has started', async () => {
    const vm = await boot()
    expect(await failure(vm.exec('sleep', ['99'], { timeout: 200 }))).toMatchObject({
      timedOut: true,
      signal: 'SIGTERM',
    })
    const cancel = new AbortController()
    const canceled = failure(vm.exec('sleep', ['99'], { cancelSignal: cancel.signal }))
    setTimeout(() => cancel.abort(), 200)
    expect(await canceled).toMatchObject({ isCanceled: true })
    const deaf = vm.exec('sh', ['-c', 'trap "" TERM; echo up; sleep 98 & sleep 98; sleep 98'], {
      timeout: 300,
      forceKillAfterDelay: 200,
    })
    expect(await failure(deaf)).toMatchObject({ timedOut: true, isForcefullyTerminated: true })
    await expect
      .poll(async () => (await vm.exec('ps', ['-eo', 'args'])).stdout)
      .not.toMatch(/sleep 9/)
  })

  test('signals pass, and a handler of the command’s decides', async () => {
    const vm = await boot()
    const child = vm.exec('sh', ['-c', 'trap "exit 5" USR1; echo up; while :; do sleep 0.05; done'])
    await once(child.stdout!, 'data')
    child.kill('SIGUSR1')
    expect(await failure(child)).toMatchObject({ exitCode: 5 })
  })

  test('a stream that the command closes has ended, while it runs on', async () => {
    const vm = await boot()
    const child = vm.exec('sh', ['-c', 'echo last; exec >&-; read line; exit 3'])
    await once(child.stdout!.resume(), 'end')
    child.stdin!.end('go\n')
    expect(await failure(child)).toMatchObject({ exitCode: 3 })
  })

  test('a daemon outlives its command, and not the vm', async () => {
    const vm = await boot()
    await vm.exec('sh', ['-c', 'setsid sleep 97 >/dev/null 2>&1 </dev/null &'])
    expect((await vm.exec('ps', ['-eo', 'args'])).stdout).toMatch(/^sleep 97$/m)
  })
})

describe('time', () => {
  test('stands still between commands, and counts what they wait', async () => {
    const vm = await boot({ virtualTime: true })
    const before = vm.time
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(vm.time - before).toBeLessThan(1_000_000n)
    await vm.exec('sleep', ['3600'])
    const hour = vm.time - before
    expect(hour).toBeGreaterThanOrEqual(3600n * 10n ** 9n)
    expect(hour).toBeLessThan(3601n * 10n ** 9n)
  })

  test('may stand still for as long as nothing runs', async () => {
    const vm = await boot({ virtualTime: true, watchdog: '1s' })
    await vm.exec('true')
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect((await vm.exec('echo', ['on'])).stdout).toBe('on')
  })

  test('that stands still is an error that names who stopped it', async () => {
    const vm = await boot({ virtualTime: true, watchdog: '2s' })
    const error = await failure(vm.exec('sh', ['-c', 'while :; do :; done']))
    expect(error).toMatchObject({ code: 'VM_STUCK', object: expect.stringMatching(/^'sh' \(pid/) })
  })
})

test('a vm that was stopped says so, to commands that run and to later ones', async () => {
  const vm = await boot()
  const child = failure(vm.exec('sleep', ['99']))
  await vm.exec('true')
  await vm.stop()
  expect(await child).toMatchObject({ code: 'VM_STOPPED' })
  expect(() => vm.exec('true')).toThrow(/The vm has ended/)
  await vm.stop()
})
