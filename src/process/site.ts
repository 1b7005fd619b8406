import type { Keeper } from '../sandbox/keeper/keeper.js'
import type { Lent } from '../sandbox/lent.js'
import type { VisibleFolders } from './visible.js'

/** Something that a program did, for the lab's log of events. */
export interface ProgramEvent {
  /** `program.start`, `program.ready`, `program.exit`, `program.fail` */
  readonly type: string
  /** The host's name. */
  readonly subject: string
  readonly detail?: string | undefined
}

/** What this layer needs of a host: all that it knows of the world around programs. */
export interface ProgramSite {
  /** The host's name. */
  readonly host: string
  readonly keeper: Keeper
  /** @throws NetrigError `HOST_DOWN` while the host is not running */
  hostId(): number
  /** Sockets of the host, for checks from inside it without a process there. */
  readonly lent: Lent
  /** Which of the machine's folders below /tmp, /run and /dev/shm this life of the host shows. */
  readonly visible: VisibleFolders
  /** Working folder of programs that are not told another one. */
  readonly cwd: string
  /** What the host adds to the environment of its programs. */
  readonly env: Readonly<Record<string, string>>
  /** The host's own addresses, as literals. */
  addresses(): readonly string[]
  record(event: ProgramEvent): void
}
