import { expect, test } from 'vitest'
import { parseTries } from '../../../src/kernel/probe/tries.js'

test('reads what the keeper prints', () => {
  const tries = parseTries(
    'user ok\nnft.egress 95 chain\nidmap.0 1 mount_setattr\nnoise here too\n\n',
  )
  expect([...tries]).toEqual([
    ['user', undefined],
    ['nft.egress', { errno: 'EOPNOTSUPP', step: 'chain' }],
    ['idmap.0', { errno: 'EPERM', step: 'mount_setattr' }],
  ])
})
