/** A capture that runs, as the rest of the lab sees it. */
export interface ActiveCapture {
  /** Looks where it has to listen now: hosts, links and their addresses came or went. */
  refresh(): Promise<void>
  /** Whether programs of this host are asked for their TLS keys. */
  wantsKeysOf(host: string): boolean
  /** Takes TLS keys, in the lines of an SSLKEYLOGFILE. */
  addKeys(lines: string): Promise<void>
  /** Ends it; what has failed is told to whoever holds it. */
  end(): Promise<void>
}

/** Lets every capture of a lab follow what has changed. */
export async function refreshCaptures(captures: Iterable<ActiveCapture>): Promise<void> {
  await Promise.all([...captures].map((one) => one.refresh()))
}

/** Hands TLS keys of a host to those captures that want them. */
export function tellKeys(captures: Iterable<ActiveCapture>, host: string, line: string): void {
  for (const one of captures) {
    // One that is ending wants none any more.
    if (one.wantsKeysOf(host)) one.addKeys(line).catch(() => undefined)
  }
}
