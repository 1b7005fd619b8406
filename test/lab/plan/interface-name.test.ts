import { expect, test } from 'vitest'
import { validateInterfaceName } from '../../../src/lab/plan/interface-name.js'
import { failure } from './topology.js'

test.each(['eth0', 'wan', 'x'.repeat(15), 'a.100', 'br-lan'])('%s is a name', (name) => {
  expect(() => validateInterfaceName(name, 'lab.link', 'host a')).not.toThrow()
})

test.each([
  ['', 'is empty'],
  ['x'.repeat(16), 'has 16 characters'],
  ['a/b', 'has a character that cannot be there'],
  ['a b', 'has a character that cannot be there'],
  ['a:1', 'has a character that cannot be there'],
  ['eth%d', 'has a character that cannot be there'],
  ['é', 'has a character that cannot be there'],
  ['a\0', 'has a character that cannot be there'],
  ['.', 'is a folder to the kernel'],
  ['..', 'is a folder to the kernel'],
  ['lo', "is every host's loopback device"],
  ['all', 'is kept for sysctls of all interfaces'],
  [7, 'is not a text'],
])('%s is refused', (name, problem) => {
  const error = failure(() => validateInterfaceName(name, 'lab.link', 'host a'))
  expect(error.code).toBe('INVALID_NAME')
  expect(error.message).toBe(
    `lab.link: interface name '${name}' of host a ${problem}: write 1 to 15 printable ASCII characters without '/', ':', '%' and spaces, e.g. 'wan0'.`,
  )
})
