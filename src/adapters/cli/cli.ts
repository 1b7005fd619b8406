import { NetrigError } from '../../base/errors.js'
import { nearest } from '../../base/suggest.js'
import { type Command, type Surroundings, UsageError } from './command.js'
import { columns } from './table.js'
import { version } from './version.js'

/** A command is loaded when it is asked for: a vm boots in less time than all of netrig loads. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  doctor: async () => (await import('./doctor.js')).doctor,
  ps: async () => (await import('./ps.js')).ps,
  exec: async () => (await import('./exec.js')).exec,
  clean: async () => (await import('./clean.js')).clean,
  vm: async () => (await import('./vm.js')).vm,
  explore: async () => (await import('./explore.js')).explore,
}

/** The help of all commands. */
async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  const rows = all.map(({ name, synopsis, summary }) => [`  netrig ${name} ${synopsis}`, summary])
  return [
    'netrig: labs of real hosts on one Linux machine',
    '',
    columns([...rows, ['  netrig help [COMMAND]', 'says more'], ['  netrig --version', '']]),
  ].join('\n')
}

async function find(name: string): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load !== undefined) return await load()
  const meant = nearest(name, [...Object.keys(commands), 'help'])
  const hint = meant === undefined ? 'netrig help lists them' : `did you mean '${meant}'?`
  throw new UsageError(`there is no command '${name}'; ${hint}`)
}

async function help(words: readonly string[]): Promise<string> {
  if (words.length > 1) throw new UsageError(`'${words[1]}' is one word too many`)
  if (words[0] === undefined || words[0] === 'help') return await overview()
  const { name, synopsis, summary, details } = await find(words[0])
  return `netrig ${name} ${synopsis}\n\n${name} ${summary}.\n\n${details}`
}

async function dispatch(args: readonly string[], around: Surroundings): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) {
    around.err(await overview())
    return 2
  }
  if (name === '--version' || name === '-v') {
    around.out(version())
    return 0
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    around.out(await help(rest))
    return 0
  }
  if (name.startsWith('-'))
    throw new UsageError(`there is no option ${name}; netrig help says what there is`)
  const command = await find(name)
  // Behind the dashes of exec, --help is the program's own.
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  if (own.includes('--help') || own.includes('-h')) {
    around.out(await help([name]))
    return 0
  }
  return await command.run(rest, around)
}

/**
 * Runs `netrig` with these arguments.
 *
 * @returns the exit code: a command's own, 2 for what makes no sense, 1 for what went wrong
 */
export async function cli(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await dispatch(args, around)
  } catch (error) {
    if (error instanceof UsageError) {
      around.err(`netrig: ${error.message}`)
      return 2
    }
    if (error instanceof NetrigError) {
      around.err(`netrig: ${error.message}`)
      return error.code.startsWith('INVALID_') ? 2 : 1
    }
    throw error
  }
}
