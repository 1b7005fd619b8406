/** A terminal to draw in. */
export interface Live {
  readonly write: (text: string) => void
  readonly columns: () => number
}

/** Where a command writes, and what it reads of its surroundings; tests give their own. */
export interface Surroundings {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** The terminal behind `err`, where there is one: for a line that changes. */
  readonly live?: Live | undefined
  readonly cwd: string
  /** Ends this process by a signal, as the program did that it ran. */
  readonly die: (signal: NodeJS.Signals) => void
}

/** One command of `netrig`. */
export interface Command {
  readonly name: string
  /** Behind the name in the help: `[--json]`. */
  readonly synopsis: string
  /** One line of the help. */
  readonly summary: string
  /** More lines, for `netrig help NAME`. */
  readonly details: string
  /** @returns the exit code */
  run(args: readonly string[], around: Surroundings): Promise<number>
}

/** What a person typed makes no sense: said on stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
