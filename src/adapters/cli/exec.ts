import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { NetrigError } from '../../base/errors.js'
import { nativePath } from '../../base/native.js'
import { nearest } from '../../base/suggest.js'
import { findLab, type LabEntry } from '../../sandbox/registry.js'
import { type Command, UsageError } from './command.js'
import { readOptions } from './options.js'

/** The host must be one of the lab's, where the lab tells which it has. */
function checkHost(lab: LabEntry, host: string): void {
  if (lab.info === undefined) {
    throw new NetrigError('PERMISSION', `Lab ${lab.labId} cannot be entered: ${lab.silence}.`)
  }
  const names = lab.info.hosts.map((one) => one.name)
  if (names.includes(host)) return
  const meant = nearest(host, names)
  throw new NetrigError('INVALID_NAME', `Lab '${lab.info.name}' has no host '${host}'.`, {
    object: host,
    hint: meant === undefined ? `it has: ${names.join(', ')}` : `did you mean '${meant}'?`,
  })
}

/**
 * Runs a program in a host with this process's own stdio, and waits for it.
 *
 * @returns its exit code, or the signal that ended it
 */
async function enter(
  lab: LabEntry,
  host: string,
  cwd: string | undefined,
  command: readonly string[],
) {
  const where = cwd === undefined ? [] : ['--cwd', cwd]
  // Without one of its own the program has no job control: this one belongs to a session outside.
  const terminal = isatty(0) ? ['--terminal', '1'] : []
  const args = ['--lab', lab.name, '--host', host, ...where, ...terminal, '--', ...command]
  const child = spawn(nativePath('enter'), args, { stdio: 'inherit' })
  // A terminal's signals reach `enter` too, which hands them on; only what is sent to us alone is passed.
  const ignore = () => {}
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  const typed = ['SIGINT', 'SIGQUIT'] as const
  const ours = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
  for (const signal of typed) process.on(signal, ignore)
  for (const signal of ours) process.on(signal, pass)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (...status) => resolve(status))
    },
  )
  for (const name of typed) process.off(name, ignore)
  for (const name of ours) process.off(name, pass)
  return signal ?? code ?? 1
}

/** `netrig exec` */
export const exec: Command = {
  name: 'exec',
  synopsis: 'LAB HOST [--cwd DIR] -- COMMAND [ARGUMENT...]',
  summary: 'runs a program in a host of a lab that is alive',
  details: `LAB is a name or an id (netrig ps). The program has this terminal, environment and working
folder, and its exit code is netrig's.

  --cwd DIR   start in DIR

  netrig exec my-test a -- sh`,
  async run(args, around) {
    const dashes = args.indexOf('--')
    const before = dashes < 0 ? args : args.slice(0, dashes)
    const command = dashes < 0 ? [] : args.slice(dashes + 1)
    const { values, words } = readOptions(before, { cwd: 'string' }, dashes < 0 ? Infinity : 2)
    const [labName, host] = words
    if (labName === undefined || host === undefined) {
      throw new UsageError('exec needs a lab and a host: netrig exec LAB HOST -- COMMAND')
    }
    if (command.length === 0) {
      const typed = words.slice(2).join(' ') || 'sh'
      throw new UsageError(
        `the program stands behind two dashes: netrig exec ${labName} ${host} -- ${typed}`,
      )
    }
    const lab = await findLab(labName)
    checkHost(lab, host)
    const end = await enter(lab, host, values.get('cwd') ?? around.cwd, command)
    if (typeof end === 'number') return end
    around.die(end)
    // As shells say it, should the signal be one that does not end this process.
    return 128 + constants.signals[end]
  },
}
