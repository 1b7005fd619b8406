import { $, execa, type Options, type ResultPromise, type TemplateExpression } from 'execa'
import { asFile } from '../base/arguments.js'
import { NetrigError } from '../base/errors.js'
import { nativePath } from '../base/native.js'
import { Prefix } from '../base/prefix.js'
import { verboseWithout } from '../base/verbose.js'
import type { Attempt } from './failure.js'
import { scriptFile } from './interpreted.js'
import { Leave } from './leave.js'
import { type ExecOptions, planCall } from './options.js'
import { conclude } from './outcome.js'
import type { Place } from './place.js'
import { reachProgram } from './signals.js'
import type { ProgramSite } from './site.js'
import { type Tag, Tags } from './tags.js'
import { firstWord, withPrefix } from './template.js'

/** A command as it was written. */
export type Command =
  | { readonly file: string | URL; readonly args: readonly string[] }
  | {
      readonly templates: TemplateStringsArray
      readonly expressions: readonly TemplateExpression[]
    }

/** A command that is on its way into its host. */
export interface Launched {
  readonly subprocess: ResultPromise
  readonly tag: Tag
  /** The person's command, without what brings it into the host. */
  readonly words: readonly string[]
  /** Settles as `subprocess` does. */
  readonly promise: Promise<unknown>
  /** Why the program did not run, once that is known to be so. */
  readonly attempt: Attempt
}

/** What a launch is part of. */
export interface How {
  /** As errors name it, e.g. `host.exec`. */
  readonly operation: string
  readonly place?: Place
  /** Called when the command has ended, before anybody else hears of it. */
  readonly over?: () => void
}

/** Starts `enter` by execa, with the command behind it. */
function begin(command: Command, prefix: Prefix, options: Options): ResultPromise {
  if ('templates' in command) {
    const [templates, ...expressions] = withPrefix(
      command.templates,
      command.expressions,
      prefix.words,
    )
    return $(options)(templates, ...expressions) as ResultPromise
  }
  const [enter, ...words] = prefix.words
  return execa(enter!, [...words, asFile(command.file), ...command.args], options) as ResultPromise
}

/**
 * Starts a command in a host.
 *
 * @throws NetrigError `INVALID_OPTION`, `UNSUPPORTED`; everything else comes by the promise
 */
export function launch(
  site: ProgramSite,
  command: Command,
  given: ExecOptions,
  { operation, place = {}, over }: How,
): Launched {
  const call = planCall(site, given, operation)
  const script = 'templates' in command
  const asked = script ? firstWord(command.templates, command.expressions) : asFile(command.file)
  const interpreted = script ? undefined : scriptFile(asked, command.args)
  const missing = site.visible.missing(asked, call.cwd, call.path, interpreted)
  const leave = missing.length === 0 ? undefined : new Leave(call.options, script)
  const tag = Tags.of(site.keeper).open(site)
  const prefix = new Prefix([
    nativePath('enter'),
    ...['--lab', site.keeper.socketName, '--host', site.host, '--tag', String(tag.number)],
    ...call.flags,
    ...(leave === undefined ? [] : ['--wait', String(leave.number)]),
    '--',
    ...call.runner,
  ])
  const options = { ...call.options }
  if (given.verbose !== undefined) {
    Object.assign(options, { verbose: verboseWithout(prefix, given.verbose) })
  }
  if (leave !== undefined) {
    for (const key of ['stdin', 'stdout', 'stderr'] as const) delete options[key]
    Object.assign(options, { stdio: leave.stdio })
  }
  let subprocess: ResultPromise
  try {
    subprocess = begin(command, prefix, options)
  } catch (cause) {
    tag.release()
    leave?.started()
    leave?.end(false)
    throw refuse(cause, operation)
  }
  leave?.started()
  let refusal: NetrigError | undefined
  if (leave !== undefined) {
    site.visible.show(missing).then(
      () => leave.end(true),
      (error: NetrigError) => {
        refusal = error
        leave.end(false)
      },
    )
  }
  const words = subprocess.spawnargs?.slice(prefix.words.length) ?? []
  const attempt: Attempt = {
    host: site.host,
    file: call.file ?? words[0] ?? asked,
    cwd: call.cwd,
    path: call.path,
  }
  const promise = conclude(subprocess, {
    prefix,
    attempt,
    tag,
    place,
    over: over ?? (() => undefined),
    stdioLength: leave?.number,
    refusal: () => refusal,
    down: () => whyDown(site),
  })
  reachProgram(subprocess, site, tag, options as Parameters<typeof reachProgram>[3])
  return { subprocess, tag, words, promise, attempt }
}

/** Why the host runs nothing now; undefined while it does. */
export function whyDown(site: ProgramSite): NetrigError | undefined {
  try {
    site.hostId()
    return undefined
  } catch (error) {
    return error as NetrigError
  }
}

/** execa refuses values by TypeError, with sentences that help. */
function refuse(cause: unknown, operation: string): unknown {
  if (!(cause instanceof Error) || cause instanceof NetrigError) return cause
  return new NetrigError('INVALID_OPTION', `${operation}: ${cause.message}`, { operation, cause })
}
