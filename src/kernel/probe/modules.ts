import type { Facts } from './facts.js'

/** A kernel says ENOENT for a qdisc, EOPNOTSUPP for a device type or a family, that it does not have. */
const absent = new Set(['ENOENT', 'EOPNOTSUPP', 'EPROTONOSUPPORT', 'EAFNOSUPPORT', 'ENODEV'])

/** The kernel was asked for something that it does not have, rather than refusing it. */
export function isAbsent(errno: string): boolean {
  return absent.has(errno)
}

/**
 * How to get a module that the kernel did not find by itself. One that is installed is loaded on
 * demand, unless the distribution forbids that (Fedora's blacklists), and then modprobe still may.
 */
export function moduleFix(facts: Facts, module: string, errno: string): string | undefined {
  if (!isAbsent(errno) || facts.modules === undefined) return undefined
  if (facts.modules.includes(`/${module}.ko`)) return `sudo modprobe ${module}`
  // These keep rarely used modules in packages of their own.
  if (/ubuntu/.test(facts.distribution)) return 'sudo apt install linux-modules-extra-$(uname -r)'
  if (/fedora|rhel/.test(facts.distribution)) return 'sudo dnf install kernel-modules-extra'
  return undefined
}
