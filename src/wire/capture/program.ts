import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { NetrigError } from '../../base/errors.js'
import { nativePath } from '../../base/native.js'
import { errnoName } from '../../ffi/errno.js'
import { closeFd } from '../../ffi/fd.js'
import { sendMessage, socketPair } from '../../ffi/socket.js'
import type { Keeper } from '../../sandbox/keeper/keeper.js'
import { Op } from '../../sandbox/keeper/protocol.js'
import { type CaptureLine, type CaptureRequest, decodeLine, encodeRequest } from './protocol.js'

/** What the program says unasked. */
export interface CaptureNews {
  /** The file has its largest size. */
  onFull(): void
  /** The file could not be written: an errno's name. */
  onBroken(errno: string): void
}

interface Waiting {
  resolve(numbers: readonly number[]): void
  reject(error: Error): void
}

/** One run of native/capture, in the fabric of a lab. */
export class CaptureProgram {
  readonly #what: string
  readonly #answers: Socket
  readonly #requests: number
  readonly #news: CaptureNews
  readonly #waiting = new Map<number, Waiting>()
  #ids = 0
  #unread = ''
  /** Why it answers no more. */
  #gone: Error | undefined

  /**
   * Lets the keeper start it. Requests may follow at once: the program finds them when it runs.
   *
   * @param what how errors call the capture
   * @param file what it writes, open
   */
  static start(what: string, keeper: Keeper, file: number, news: CaptureNews): CaptureProgram {
    const [near, far] = socketPair('stream')
    const [requests, farRequests] = socketPair('seqpacket')
    const program = new CaptureProgram(what, near, requests, news)
    const binary = openSync(nativePath('capture'), constants.O_RDONLY)
    const fds = [binary, far, farRequests, file]
    const started = keeper.request({ op: Op.Run, text: 'netrig-capture' }, fds)
    started.then(
      ({ reply: { error } }) => {
        if (error !== 0)
          program.#lose(failed(what, 'its program could not start', errnoName(error)))
      },
      (error: Error) => program.#lose(error),
    )
    // The kernel has copies of them for the keeper.
    for (const fd of [far, farRequests]) closeFd(fd)
    closeSync(binary)
    return program
  }

  private constructor(what: string, answers: number, requests: number, news: CaptureNews) {
    this.#answers = new Socket({ fd: answers, readable: true, writable: true })
    this.#what = what
    this.#requests = requests
    this.#news = news
    this.#answers.setEncoding('utf8')
    this.#answers.unref()
    this.#answers.on('data', (text: unknown) => this.#read(String(text)))
    this.#answers.on('error', () => undefined)
    this.#answers.once('close', () => this.#lose(failed(what, 'its program has ended', undefined)))
  }

  /**
   * Asks it for something; `fd` goes along, and stays the caller's.
   *
   * @returns the numbers of its answer
   * @throws NetrigError CAPTURE_FAILED with the errno
   */
  request(request: CaptureRequest, fd?: number): Promise<readonly number[]> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    this.#ids += 1
    const id = this.#ids
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#answers.ref()
      try {
        sendMessage(this.#requests, encodeRequest(id, request), fd === undefined ? [] : [fd])
      } catch {
        // Its end is told by the stream, which has its last words.
      }
    })
  }

  /** Lets it end; it does after its last answer. */
  end(): void {
    this.#answers.end()
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n')
    this.#unread = lines.pop() ?? ''
    for (const line of lines) this.#take(decodeLine(line))
  }

  #take(line: CaptureLine | undefined): void {
    if (line?.type === 'full') this.#news.onFull()
    else if (line?.type === 'broken') this.#news.onBroken(errnoName(line.errno))
    else if (line !== undefined) this.#answer(line)
  }

  #answer(line: Extract<CaptureLine, { readonly id: number }>): void {
    const waiting = this.#waiting.get(line.id)
    this.#waiting.delete(line.id)
    if (this.#waiting.size === 0) this.#answers.unref()
    if (line.type === 'ok') waiting?.resolve(line.numbers)
    else waiting?.reject(failed(this.#what, `it could not ${line.step}`, errnoName(line.errno)))
  }

  #lose(reason: Error): void {
    if (this.#gone !== undefined) return
    this.#gone = reason
    closeFd(this.#requests)
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    this.#answers.destroy()
  }
}

function failed(what: string, why: string, errno: string | undefined): NetrigError {
  const cause = errno === undefined ? '' : ` (${errno})`
  return new NetrigError('CAPTURE_FAILED', `${what} failed: ${why}${cause}.`, {
    operation: 'capture',
    object: what,
    errno,
  })
}
