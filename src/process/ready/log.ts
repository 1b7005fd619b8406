import { NetrigError } from '../../base/errors.js'
import { type ReadyOptions, type ReadyStrategy, readTimes } from './strategy.js'

export interface LogReadyOptions extends ReadyOptions {
  /** Only what comes on this stream counts; both unless given. */
  readonly stream?: 'stdout' | 'stderr'
}

/**
 * Ready when the program writes a line that matches.
 *
 * @throws NetrigError `INVALID_OPTION`
 */
export function log(pattern: RegExp, options: LogReadyOptions = {}): ReadyStrategy {
  const { timeout } = readTimes(options, ['timeout', 'stream'], 'log')
  if (!(pattern instanceof RegExp)) {
    throw new NetrigError(
      'INVALID_OPTION',
      `log: ${String(pattern)} is not a regular expression.`,
      {
        operation: 'log',
        hint: 'write log(/listening/)',
      },
    )
  }
  // With these flags a pattern remembers where it was in another text.
  const steady = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  const { stream } = options
  const where = stream === undefined ? '' : ` on ${stream}`
  return {
    timeout,
    describe: () => `a line that matches ${pattern}${where}`,
    wait: ({ output, signal }) =>
      new Promise((resolve, reject) => {
        const stop = output.listen((line, from) => {
          if ((stream !== undefined && from !== stream) || !steady.test(line)) return
          stop()
          resolve()
        })
        signal.addEventListener('abort', () => {
          stop()
          reject(signal.reason)
        })
      }),
  }
}
