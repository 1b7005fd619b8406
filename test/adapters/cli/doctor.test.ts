import { expect, test } from 'vitest'
import { report } from '../../../src/adapters/cli/doctor.js'
import { all, judged } from '../../kernel/probe/machines.js'

test('each line says yes or no, why, and what mends it', () => {
  const text = report(
    judged({ modules: undefined }, { netem: { errno: 'ENOENT', step: 'qdisc' } }),
    'Heading',
  )
  expect(text.split('\n')[0]).toBe('Heading')
  expect(text).toMatch(/^ {2}yes {2}user-namespaces +made one/m)
  expect(text).toMatch(/^ {2}no {3}netem +not in this kernel \(ENOENT\)/m)
  expect(text).toMatch(/^ +mend: systemd-run --user/m)
  expect(text).toMatch(/Labs run here\.\nA program .* file rights of this user\.$/)
})

test('what labs need stands out, and is named at the end', () => {
  const refused = all(['user', 'nested', 'pid'], { errno: 'EPERM', step: 'clone3' })
  const text = report(judged({}, refused), '')
  expect(text).toMatch(/^ {2}NO {3}user-namespaces/m)
  expect(text).toMatch(/Labs cannot run here: user-namespaces, namespaces must be mended first/)
})

test('says when a lab has the file rights of root', () => {
  const refused = { 'idmap.0': { errno: 'EINVAL', step: 'mount_setattr' } } as const
  expect(report(judged({ uid: 0, admin: true }, refused, ['/work']), '')).toContain(
    "root's file rights",
  )
  expect(report(judged({ uid: 0, admin: true }, {}, ['/work']), '')).not.toContain(
    "root's file rights",
  )
})
