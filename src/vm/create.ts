import { spawn } from 'node:child_process'
import type { ResultPromise } from 'execa'
import { wordsAndOptions } from '../base/arguments.js'
import { NetrigError } from '../base/errors.js'
import { nativePath } from '../base/native.js'
import { execInVm, type NoVmOptions, type VmExecOptions } from './exec.js'
import { Machine } from './machine.js'
import { planVm, type VirtualTime, type VmOptions } from './options.js'

/** One of netrig's own kernels that runs, for commands of this process. */
export class Vm {
  readonly #machine: Machine
  readonly #running = new Set<ResultPromise>()
  #stopped: Promise<void> | undefined

  constructor(machine: Machine) {
    this.#machine = machine
    // Commands that run keep this process alive; a vm that idles does not.
    machine.hold(false)
    void machine.ended.then(() => {
      for (const subprocess of this.#running) subprocess.kill('SIGTERM')
    })
  }

  /** How its time passes; undefined: as it does outside. */
  get virtualTime(): VirtualTime | undefined {
    return this.#machine.plan.time
  }

  /** What its chance comes from; undefined: from the machine. */
  get seed(): bigint | undefined {
    return this.#machine.plan.seed
  }

  /**
   * The vm's time since it booted, in nanoseconds. Virtual time stands still while no command runs: two
   * looks before and after a command tell how long it took.
   */
  get time(): bigint {
    return this.#machine.status?.virtualNs ?? 0n
  }

  /** The last lines of the kernel's console. */
  get console(): readonly string[] {
    return this.#machine.lines
  }

  /**
   * Runs a command in the vm, as execa does on the machine: the same options, streams and results. Its
   * files, user and environment are those of this process. execa's own `timeout` counts real time.
   *
   * @throws NetrigError `INVALID_OPTION`, `UNSUPPORTED`, `VM_STOPPED` at once. The promise rejects with
   * execa's `ExecaError` when the command fails; with a NetrigError when it did not run
   * (`PROGRAM_NOT_FOUND`, `PROGRAM_NOT_EXECUTABLE`, `CWD_NOT_FOUND`) or the vm did not last (`VM_LOST`,
   * `VM_STUCK`)
   */
  exec<O extends VmExecOptions = NoVmOptions>(
    file: string | URL,
    args?: readonly string[],
    options?: O,
  ): ResultPromise<O>
  exec<O extends VmExecOptions = NoVmOptions>(file: string | URL, options?: O): ResultPromise<O>
  exec(
    file: string | URL,
    args: readonly string[] | VmExecOptions = [],
    options?: VmExecOptions,
  ): unknown {
    const { words, options: given = {} } = wordsAndOptions(args, options)
    if (this.#stopped !== undefined || this.#machine.over) {
      const cause = this.#machine.failure
      const why = cause === undefined ? '' : ` ${cause.message}`
      throw new NetrigError('VM_STOPPED', `The vm has ended: it runs no more commands.${why}`, {
        operation: 'vm.exec',
        cause,
      })
    }
    const subprocess = execInVm(this.#machine, file, words, given)
    this.#running.add(subprocess)
    const end = this.#machine.begin()
    const over = () => {
      end()
      this.#running.delete(subprocess)
    }
    subprocess.then(over, over)
    return subprocess
  }

  /**
   * Ends the vm and everything in it; resolves when nothing is left. May be called again.
   *
   * @throws NetrigError `VM_LOST` when what was to stay (`out`) could not be copied out
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#machine.end()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

/** Resolves when the vm takes commands. */
async function booted(machine: Machine): Promise<void> {
  const probe = spawn(nativePath('vm-enter'), ['--vm', machine.socketName, '--ready'], {
    stdio: 'ignore',
    env: {},
  })
  const ready = new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.once('exit', () => resolve())
  })
  const end = await Promise.race([ready, machine.ended])
  if (end === undefined && !machine.over) return
  probe.kill('SIGKILL')
  throw (await machine.ended) ?? new NetrigError('VM_LOST', 'The vm ended while it booted.')
}

/**
 * Boots one of netrig's own kernels. It has the machine's files, but a network, processes, a /tmp and,
 * if asked, a time and a chance of its own; it ends with this process, however that ends.
 *
 * @throws NetrigError `INVALID_OPTION`, `NO_KERNEL`, `VM_LOST`
 *
 * @example
 * await using vm = await createVm({ virtualTime: true })
 * await vm.exec('node', ['retries-for-an-hour.js'])
 */
export async function createVm(options: VmOptions = {}): Promise<Vm> {
  const machine = new Machine(planVm(options, 'createVm'))
  try {
    await booted(machine)
  } catch (error) {
    await machine.kill()
    throw error
  }
  return new Vm(machine)
}
