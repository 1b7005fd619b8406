import koffi from 'koffi'
import { SystemError } from './errno.js'

/** memfd_create(2): closed on exec. A child gets it where stdio names it. */
const MFD_CLOEXEC = 1

const libc = koffi.load(null)
const memfdCreate = libc.func('memfd_create', 'int', ['str', 'unsigned int']) as unknown as (
  name: string,
  flags: number,
) => number

/**
 * A file without a name, in memory; `closeFd` closes it.
 *
 * @throws SystemError
 */
export function memoryFile(name: string): number {
  const fd = memfdCreate(name, MFD_CLOEXEC)
  if (fd < 0) throw new SystemError('memfd_create', koffi.errno())
  return fd
}
