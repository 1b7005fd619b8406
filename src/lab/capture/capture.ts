import type { CaptureStats } from '../../wire/capture/protocol.js'
import type { CaptureRun } from './run.js'

/** Packets on their way into a file, until it is stopped. */
export class Capture implements AsyncDisposable {
  readonly #run: CaptureRun

  /** @internal */
  constructor(run: CaptureRun) {
    this.#run = run
  }

  /** The file's whole path. */
  get file(): string {
    return this.#run.path
  }

  /** What was captured until now: everything that has arrived is counted, and is in the file. */
  stats(): Promise<CaptureStats> {
    return this.#run.stats()
  }

  /**
   * Adds TLS keys that this process knows, e.g. of a connection that it made itself.
   *
   * @param lines as `NSS Key Log Format` has them
   * @example
   * socket.on('keylog', (line) => shot.addKeys(line.toString()))
   */
  addKeys(lines: string): Promise<void> {
    return this.#run.addKeys(lines)
  }

  /**
   * Ends it: what has arrived is in the file, which is complete. May be called again.
   *
   * @throws NetrigError CAPTURE_FAILED when the file could not be written to its end
   */
  stop(): Promise<CaptureStats> {
    return this.#run.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
