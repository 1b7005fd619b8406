import { endOf, startCommand } from './command.js'
import { Machine } from './machine.js'
import { planVm, type VmOptions } from './options.js'

/** A command and the vm that is booted for it. */
export interface RunOptions extends VmOptions {
  readonly command: readonly string[]
  /** That of this process unless given. */
  readonly cwd?: string
  /** The path of a kernel, unless one is to be looked for. */
  readonly kernel?: string
  /** Ends the vm; the promise rejects with its reason. */
  readonly signal?: AbortSignal
}

/** What came of a command in a vm of its own. */
export interface RunResult {
  /** Exit code; undefined when a signal ended the command, or the vm did. */
  readonly status: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: string
  readonly stderr: string
  /** The vm's time when the command had ended, in ns since boot. */
  readonly virtualNs: bigint
  /** What became of the vm: panic, memory, time that stood still. */
  readonly failure?: string
}

/**
 * Boots a vm, runs one command without input in it, and takes the vm away.
 *
 * @throws NetrigError `INVALID_OPTION`, `NO_KERNEL`
 */
export async function runInVm(options: RunOptions): Promise<RunResult> {
  const { command, cwd = process.cwd(), kernel, signal, ...rest } = options
  const plan = planVm(rest, 'runInVm')
  signal?.throwIfAborted()
  const machine = new Machine(plan, kernel)
  const abort = () => void machine.kill()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const child = startCommand(machine, command, cwd, ['ignore', 'pipe', 'pipe'])
    const texts = [child.stdout!, child.stderr!].map((stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      return () => Buffer.concat(chunks).toString()
    })
    const end = await endOf(machine, child)
    signal?.throwIfAborted()
    const virtualNs = end.time ?? machine.status?.virtualNs ?? 0n
    await machine.end()
    const failure = end.failure?.message ?? machine.outOfMemory
    return {
      status: end.status,
      signal: end.signal,
      stdout: texts[0]!(),
      stderr: texts[1]!(),
      virtualNs,
      ...(failure === undefined ? {} : { failure }),
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    await machine.kill()
  }
}
