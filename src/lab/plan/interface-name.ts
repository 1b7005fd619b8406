import { NetrigError } from '../../base/errors.js'

/** IFNAMSIZ of linux/if.h is 16, the closing zero byte included. */
const LONGEST = 15

/**
 * Checks the name of a network interface by the rules of dev_valid_name() in the kernel's
 * net/core/dev.c, with two more that bite there: '%' makes a name a template (dev_alloc_name), and
 * 'all' and 'default' are folders of /proc/sys/net/ipv4/conf (sysctl_dev_name_is_allowed).
 *
 * @param object whose interface it is, e.g. `host a`
 * @throws NetrigError INVALID_NAME
 */
export function validateInterfaceName(
  name: unknown,
  operation: string,
  object: string,
): asserts name is string {
  const problem = fault(name)
  if (problem === undefined) return
  throw new NetrigError(
    'INVALID_NAME',
    `${operation}: interface name '${String(name).slice(0, 40)}' of ${object} ${problem}: write 1 to ${LONGEST} printable ASCII characters without '/', ':', '%' and spaces, e.g. 'wan0'.`,
    { operation, object },
  )
}

function fault(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'is not a text'
  if (name === '') return 'is empty'
  if (name.length > LONGEST) return `has ${name.length} characters`
  if (!/^[!-~]+$/.test(name) || /[/:%]/.test(name)) return 'has a character that cannot be there'
  if (name === '.' || name === '..') return 'is a folder to the kernel'
  if (name === 'all' || name === 'default') return 'is kept for sysctls of all interfaces'
  return name === 'lo' ? "is every host's loopback device" : undefined
}
