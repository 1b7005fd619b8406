import { fstatSync } from 'node:fs'
import { closeFd } from './fd.js'
import { ioctl } from './libc.js'

/** asm-generic/sockios.h: a descriptor of a socket's network namespace (Linux 4.9). */
const SIOCGSKNS = 0x894c

/**
 * The inode of the network namespace in which a socket lives, as `/proc/<pid>/ns/net` shows it.
 * Undefined when it is no socket, or lives where this process has no say: then in no lab of its own.
 */
export function socketNamespace(fd: number): number | undefined {
  const namespace = ioctl(fd, SIOCGSKNS, 0)
  if (namespace < 0) return undefined
  try {
    return fstatSync(namespace).ino
  } finally {
    closeFd(namespace)
  }
}
