import { expect, test } from 'vitest'
import { parseLabSockets } from '../../../src/kernel/cgroup/alive.js'

test('finds labs among other sockets, each once', () => {
  const text = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 20101 @netrig/1000/4242/0123456789
0000000000000000: 00000003 00000000 00000000 0001 03 20102 @netrig/1000/4242/0123456789
0000000000000000: 00000002 00000000 00010000 0001 01 20103 @netrig/0/7/abcdefabcd@@@@@@@@@@@@@
0000000000000000: 00000002 00000000 00010000 0001 01 20104 /run/netrig/0/7/abcdefabcd
0000000000000000: 00000002 00000000 00010000 0001 01 20105 @netrig/0/7/short
0000000000000000: 00000003 00000000 00000000 0001 03 20106
`
  expect(parseLabSockets(text)).toEqual([
    { name: 'netrig/1000/4242/0123456789', uid: 1000, runner: 4242, labId: '0123456789' },
    { name: 'netrig/0/7/abcdefabcd', uid: 0, runner: 7, labId: 'abcdefabcd' },
  ])
})
