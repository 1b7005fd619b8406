import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { closeFd } from '../../ffi/fd.js'
import { memoryFile } from '../../ffi/memfd.js'
import { findKernel } from './find.js'

/** Which kernel it was: two of one version differ when patches or options do. */
export interface KernelIdentity {
  /** Debian's version of the sources. */
  readonly version: string
  /** Of its bytes, in hexadecimal digits. */
  readonly sha256: string
}

/** A kernel for many vms. */
export interface HeldKernel extends KernelIdentity {
  readonly path: string
  close(): void
}

/**
 * Takes a kernel into memory, so that all vms that boot it have the same one: where it was found there may
 * be another one in a minute.
 *
 * @throws NetrigError `NO_KERNEL`
 */
export function holdKernel({ path, version } = findKernel()): HeldKernel {
  const bytes = readFileSync(path)
  const written = memoryFile('netrig-kernel')
  let fd: number
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(written, bytes, at)
    // What somebody may write to cannot be run (ETXTBSY).
    fd = openSync(`/proc/self/fd/${written}`, 'r')
  } finally {
    closeFd(written)
  }
  return {
    // By number of the process: it is a child that opens it.
    path: `/proc/${process.pid}/fd/${fd}`,
    version,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    close: () => closeSync(fd),
  }
}
