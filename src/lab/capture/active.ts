/** A capture that runs, as the rest of the lab sees it. */
export interface ActiveCapture {
  /** Looks where it has to listen now: hosts, links and their addresses came or went. */
  refresh(): Promise<void>
  /** Whether programs of this host are asked for their TLS keys. */
  wantsKeysOf(host: string): boolean
  /** Ends it; what has failed is told to whoever holds it. */
  end(): Promise<void>
}

/** Lets every capture of a lab follow what has changed. */
export async function refreshCaptures(captures: Iterable<ActiveCapture>): Promise<void> {
  await Promise.all([...captures].map((one) => one.refresh()))
}
