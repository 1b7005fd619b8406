/**
 * Every way in which netrig fails, as one stable code each. Codes are part of the public interface:
 * they are added, never renamed.
 */
export type NetrigErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_NAME'
  | 'DUPLICATE_NAME'
  | 'INVALID_UNIT'
  | 'INVALID_FILTER'
  | 'INVALID_ADDRESS'
  | 'ADDRESS_TAKEN'
  | 'SUBNET_OVERLAP'
  | 'SUBNET_FULL'
  | 'SUBNET_CONFLICT'
  | 'SELF_LINK'
  | 'SWITCH_LOOP'
  | 'FOREIGN_HOST'
  | 'TOO_MANY_PORTS'
  | 'LAB_STOPPED'
  | 'LAB_NOT_STARTED'
  | 'HOST_DOWN'
  | 'PROGRAM_NOT_FOUND'
  | 'PROGRAM_NOT_EXECUTABLE'
  | 'CWD_NOT_FOUND'
  | 'NOT_READY'
  | 'PROGRAM_FAILED'
  | 'CONNECT_FAILED'
  | 'LISTEN_FAILED'
  | 'CAPTURE_FAILED'
  | 'UNSUPPORTED'
  | 'USER_NAMESPACES_FORBIDDEN'
  | 'PERMISSION'
  | 'KERNEL'
  | 'KEEPER_LOST'
  | 'WIRE_LOST'
  | 'RULE_FAILED'
  | 'NO_EFFECT'
  | 'LEAK'
  | 'TIMEOUT'
  | 'NO_COMPILER'
  | 'HELPER_MISSING'
  | 'NO_KERNEL'
  | 'VM_LOST'
  | 'VM_STUCK'
  | 'VM_STOPPED'

/** What a {@link NetrigError} is made of. */
export interface NetrigErrorDetail {
  /** What was being done, e.g. `lab.link` or `RTM_NEWLINK`. */
  readonly operation?: string | undefined
  /** What it was done to, e.g. `host a` or `link a-lan`. */
  readonly object?: string | undefined
  /** The kernel's error name where the kernel refused, e.g. `EPERM`. */
  readonly errno?: string | undefined
  /** What to do about it. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/**
 * The only error that netrig throws on purpose. `message` is a whole sentence; `code` is stable;
 * `operation`, `object`, `errno` and `hint` say the same in parts.
 *
 * @example
 * try {
 *   lab.link(a, a)
 * } catch (error) {
 *   if (error instanceof NetrigError && error.code === 'SELF_LINK') console.log(error.hint)
 * }
 */
export class NetrigError extends Error {
  override readonly name = 'NetrigError'
  readonly code: NetrigErrorCode
  readonly operation: string | undefined
  readonly object: string | undefined
  readonly errno: string | undefined
  readonly hint: string | undefined

  constructor(code: NetrigErrorCode, sentence: string, detail: NetrigErrorDetail = {}) {
    super(detail.hint === undefined ? sentence : `${sentence}\n  hint: ${detail.hint}`, {
      ...(detail.cause === undefined ? {} : { cause: detail.cause }),
    })
    this.code = code
    this.operation = detail.operation
    this.object = detail.object
    this.errno = detail.errno
    this.hint = detail.hint
  }
}
