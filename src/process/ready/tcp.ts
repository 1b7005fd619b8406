import { NetrigError } from '../../base/errors.js'
import { poll } from './poll.js'
import { type PollOptions, type ReadyStrategy, readTimes } from './strategy.js'

/** Milliseconds for one try: longer than a lost SYN takes to be sent again (1 s). */
const TRY = 1500

export interface TcpReadyOptions extends PollOptions {
  /** A name of the lab or an address; 127.0.0.1 and the host's own addresses unless given. */
  readonly host?: string
}

/**
 * Ready when a TCP port accepts connections, tried from inside the program's host by a lent socket: no
 * process runs for it.
 *
 * @throws NetrigError `INVALID_OPTION`
 */
export function tcp(port: number, options: TcpReadyOptions = {}): ReadyStrategy {
  const { timeout, interval } = readTimes(options, ['timeout', 'interval', 'host'], 'tcp')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new NetrigError('INVALID_OPTION', `tcp: ${port} is not a port: write 1 to 65535.`, {
      operation: 'tcp',
    })
  }
  const { host } = options
  return {
    timeout,
    describe: () => `tcp port ${port}${host === undefined ? '' : ` of ${host}`}`,
    wait: (watch) =>
      poll(watch, interval, async () => {
        const hosts = host === undefined ? ['127.0.0.1', ...watch.site.addresses()] : [host]
        const tries = hosts.map(async (one) => {
          const { lent } = watch.site
          const socket = await lent.connect({ host: one, port, timeout: TRY, signal: watch.signal })
          socket.on('error', () => undefined)
          socket.destroy()
        })
        await Promise.any(tries).catch((error: AggregateError) => {
          throw error.errors[0]
        })
      }),
  }
}
