/** An abstract socket of a lab, `@netrig/<uid>/<runner pid>/<lab id>` in /proc/net/unix. */
export interface LabSocket {
  /** Without the leading NUL (which /proc/net/unix shows as `@`) and without padding. */
  readonly name: string
  readonly uid: number
  readonly runner: number
  readonly labId: string
}

/** A name that was padded with NULs to the whole of sun_path ends in as many `@`. */
const abstractName = / @(netrig\/(\d+)\/(\d+)\/([0-9a-f]{10}))@*$/

/** Finds the labs in the text of /proc/net/unix; one lab shows several lines while clients talk to it. */
export function parseLabSockets(text: string): LabSocket[] {
  const labs = new Map<string, LabSocket>()
  for (const line of text.split('\n')) {
    const match = abstractName.exec(line)
    if (match === null) continue
    const [, name, uid, runner, labId] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
    ]
    labs.set(name, { name, uid: Number(uid), runner: Number(runner), labId })
  }
  return [...labs.values()]
}
