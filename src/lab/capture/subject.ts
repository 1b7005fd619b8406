import type { HostState } from '../state.js'
import type { CapturePlace } from './places.js'

/** What a capture is of. */
export interface CaptureSubject {
  /** As errors name it: `host.capture`. */
  readonly operation: string
  /** As events name it: a host, a link or the lab. */
  readonly name: string
  /** In words, for the file's comment. */
  readonly comment: string
  /** Where it listens now. */
  places(): readonly CapturePlace[]
  /** Whose programs hand over TLS keys, if keys are asked for. */
  hosts(): readonly HostState[]
}
