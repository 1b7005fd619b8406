import { runQuietly } from '../quiet.js'
import { poll } from './poll.js'
import { type PollOptions, type ReadyStrategy, readTimes } from './strategy.js'

/**
 * Ready when a file exists, as the program's host sees it: its /tmp and /run are not the machine's.
 *
 * @param path absolute, or below the program's working folder
 */
export function file(path: string, options: PollOptions = {}): ReadyStrategy {
  const { timeout, interval } = readTimes(options, ['timeout', 'interval'], 'file')
  // $0, so that no path can look like an option or a test of its own.
  const args = ['-c', 'test -e "$0"', path]
  return {
    timeout,
    describe: () => `the file ${path}`,
    wait: (watch) =>
      poll(watch, interval, async () => {
        await runQuietly(watch.site, '/bin/sh', args, watch).catch((cause: unknown) => {
          throw new Error(`${path} does not exist`, { cause })
        })
      }),
  }
}
