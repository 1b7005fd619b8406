import { constants } from 'node:os'
import type { ResultPromise } from 'execa'
import { Op, Reach as REACH, type Reach } from '../sandbox/keeper/protocol.js'
import type { ProgramSite } from './site.js'
import type { Tag } from './tags.js'

export type SignalName = keyof typeof constants.signals

/** Milliseconds for a program that was just launched to run, before a signal for it is given up. */
const START_LIMIT = 10_000
/** Milliseconds that such news may be behind the program's own output. */
const NEWS_PATIENCE = 5000
/** execa's, for `forceKillAfterDelay: true`. */
const FORCE_DELAY = 5000

export function signalNumber(signal: SignalName | number): number {
  return typeof signal === 'number' ? signal : constants.signals[signal]
}

/** The name of a signal; undefined for one that has none. */
export function signalName(signal: number): SignalName | undefined {
  return (Object.keys(constants.signals) as SignalName[]).find(
    (name) => constants.signals[name] === signal,
  )
}

/**
 * Sends a signal by way of the keeper, also those that `enter` cannot catch. Waits until the program
 * runs. Anything that is started in the host afterwards finds the signal delivered.
 *
 * @returns false when the program never ran, or its host is gone
 */
export async function sendSignal(
  site: ProgramSite,
  tag: Tag,
  signal: SignalName | number,
  reach: Reach,
): Promise<boolean> {
  if (!tag.decided) await tag.until(() => tag.decided, START_LIMIT)
  if (tag.pid === undefined) return false
  try {
    const args = [tag.number, signalNumber(signal), REACH[reach]]
    const { reply } = await site.keeper.request({ op: Op.Signal, host: site.hostId(), args })
    return reply.error === 0
  } catch {
    // The host or the lab is gone, and with it whom the signal was for.
    return false
  }
}

/**
 * Makes `subprocess.kill` reach the program: SIGSTOP and SIGCONT by the keeper, and what ends a
 * command (kill() without a signal, a timeout, a cancel signal) its whole tree; other signals go to
 * `enter`, which passes them on.
 */
export function reachProgram(
  subprocess: ResultPromise,
  site: ProgramSite,
  tag: Tag,
  options: { killSignal?: SignalName | number; forceKillAfterDelay?: number | boolean },
): void {
  const toEnter = subprocess.kill.bind(subprocess) as (signal?: unknown, error?: unknown) => boolean
  const { killSignal = 'SIGTERM', forceKillAfterDelay = true } = options
  const alive = () => subprocess.exitCode === null && subprocess.signalCode === null
  const end = async (signal: unknown, error: unknown): Promise<void> => {
    // Output may be here before the news that the program runs: who kills after the first line means the
    // tree. A frozen host has no news.
    await tag.until(() => tag.decided || !alive(), NEWS_PATIENCE)
    // The tree hears it from here, and the host takes no notice of enter, which is told for execa's sake.
    const told = tag.pid !== undefined && (await sendSignal(site, tag, killSignal, 'once'))
    toEnter(signal, error)
    if (!told || forceKillAfterDelay === false) return
    const delay = forceKillAfterDelay === true ? FORCE_DELAY : forceKillAfterDelay
    tag.hold()
    if (!(await tag.until(() => tag.gone, delay))) await sendSignal(site, tag, 'SIGKILL', 'tree')
    tag.release()
  }
  const kill = (signal?: unknown, error?: unknown): boolean => {
    if (signal === undefined || signal instanceof Error) {
      if (!alive() || subprocess.pid === undefined) return toEnter(signal, error)
      void end(signal, error)
      return true
    }
    const number = typeof signal === 'string' ? constants.signals[signal as SignalName] : signal
    if (number !== constants.signals.SIGSTOP && number !== constants.signals.SIGCONT) {
      return toEnter(signal, error)
    }
    if (!alive()) return false
    void sendSignal(site, tag, number as number, 'process')
    // Somebody may have stopped enter itself.
    if (number === constants.signals.SIGCONT) toEnter(signal, error)
    return true
  }
  subprocess.kill = kill as typeof subprocess.kill
}
