import { NetrigError, type NetrigErrorCode } from '../../base/errors.js'
import { errnoName, errnoText } from '../../ffi/errno.js'
import type { Message, Outcome } from './message.js'

const CODES: Readonly<Record<string, NetrigErrorCode>> = {
  EPERM: 'PERMISSION',
  EACCES: 'PERMISSION',
  EOPNOTSUPP: 'UNSUPPORTED',
  EPROTONOSUPPORT: 'UNSUPPORTED',
}

/** A request that the kernel refused. */
export class NetlinkError extends NetrigError {
  /** Which of the messages of a batch it was; -1 for a transaction as a whole. */
  readonly index: number
  /** The kernel's own sentence (extended acknowledgement), where it has one. */
  readonly kernelText: string | undefined

  constructor(message: Message, outcome: Outcome, index: number, others = 0) {
    const errno = errnoName(outcome.errno)
    const said = outcome.text === undefined ? errnoText(outcome.errno) : outcome.text
    const more = others === 0 ? '' : ` (and ${others} more of this batch failed)`
    super(
      CODES[errno] ?? 'KERNEL',
      `The kernel refused ${message.operation} for ${message.object}: ${errno}, ${said}${more}`,
      { operation: message.operation, object: message.object, errno },
    )
    this.index = index
    this.kernelText = outcome.text
  }
}
