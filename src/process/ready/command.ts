import { NetrigError } from '../../base/errors.js'
import { runQuietly } from '../quiet.js'
import { poll } from './poll.js'
import { type PollOptions, type ReadyStrategy, readTimes } from './strategy.js'

/**
 * Ready when a command in the program's host and working folder ends with exit code 0.
 *
 * @param words the program and its arguments
 * @throws NetrigError `INVALID_OPTION`
 */
export function command(words: readonly string[], options: PollOptions = {}): ReadyStrategy {
  const { timeout, interval } = readTimes(options, ['timeout', 'interval'], 'command')
  const [file, ...args] = words
  if (file === undefined) {
    throw new NetrigError('INVALID_OPTION', 'command: there is no program in the list.', {
      operation: 'command',
      hint: "write command(['pg_isready', '-q'])",
    })
  }
  return {
    timeout,
    describe: () => `the command '${words.join(' ')}' to succeed`,
    wait: (watch) => poll(watch, interval, () => runQuietly(watch.site, file, args, watch)),
  }
}
