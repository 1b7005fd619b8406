import { expect, test } from 'vitest'
import { aLab } from './support/bench.js'
import { any, refusal } from './support/refusal.js'

//   a ---- [lan] ---- b
test('a lab that has not started, and one that was stopped', async () => {
  const lab = await aLab({ name: 'shop' })
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  const link = lab.link(a, lan)
  lab.link(b, lan)
  const acts = {
    'host.exec': () => a.exec('true'),
    'host.spawn': () => a.spawn('true'),
    'host.$': () => a.$`true`,
    'host.connect': () => a.connect({ host: 'b', port: 1 }),
    'host.listen': () => a.listen({ port: 1 }),
    'host.crash': () => a.crash(),
    'host.restart': () => a.restart(),
    'host.freeze': () => a.freeze(),
    'host.thaw': () => a.thaw(),
    'link.down': () => link.down(),
    'link.up': () => link.up(),
    'lab.partition': () => lab.partition([a], [b]),
    'lab.keep': () => lab.keep(),
  }
  for (const [name, act] of Object.entries(acts)) {
    const error = await refusal(act)
    expect(error, name).toMatchObject({ code: 'LAB_NOT_STARTED' })
    expect(error.message, name).toMatch(new RegExp(`${name.replace('$', '\\$')}.*start`, 's'))
  }
  await lab.start()
  await lab.stop()
  const more = {
    ...acts,
    'link.update': () => link.update({ delay: 1 }),
    'lab.start': () => lab.start(),
    'lab.host': () => lab.host('c'),
    'lab.router': () => lab.router('c'),
    'lab.switch': () => lab.switch('c'),
    'lab.link': () => lab.link(a, b),
  }
  for (const [name, act] of Object.entries(more)) {
    const error = await refusal(act)
    expect(error, name).toMatchObject({ code: 'LAB_STOPPED' })
    expect(error.message, name).toContain(`${name}: lab 'shop' was stopped`)
    expect(error.hint, name).toContain('createLab()')
  }
  expect(a.status).toBe('crashed')
  expect(lab.report()).toContain('shop')
})

//   a, b ---- [lan]     c ---- d
test('a partition that cannot be', async () => {
  const lab = await aLab()
  const [a, b, c, d] = lab.hosts('a', 'b', 'c', 'd')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  lab.link(c, d)
  await lab.start()
  const cases = [
    [() => lab.partition([a], []), 'empty'],
    [() => lab.partition([], [a]), 'empty'],
    [() => lab.partition([a, b], [b]), 'host b is in both groups'],
    [() => lab.partition([a], [c]), 'share no switch and no link'],
    [
      () => lab.partition([a], [b], { direction: any('up') }),
      "'up' is none of both, a-to-b, b-to-a",
    ],
    [() => lab.partition([a], [b], any({ direktion: 'both' })), "'direction'"],
    [() => lab.partition(any(a), any(b)), 'list'],
    [() => lab.partition([a], any(undefined)), 'list'],
    [() => lab.partition([a], [b], any('both')), 'lab.partition'],
    [() => lab.partition([any(lan)], [b]), 'lan'],
  ] as const
  for (const [act, words] of cases) {
    const error = await refusal(act)
    expect(error.message).toContain('lab.partition')
    expect(error.message).toContain(words)
    expect(error.code).toMatch(/^(INVALID_OPTION|FOREIGN_HOST)$/)
  }
  expect(lab.report()).not.toContain('faults acting')
})

//   a
test('a program or a folder that does not exist', async () => {
  const lab = await aLab()
  const a = lab.host('a')
  await lab.start()
  await expect(a.exec('no-such-program')).rejects.toMatchObject({
    code: 'PROGRAM_NOT_FOUND',
    message: expect.stringMatching(/host a .*'no-such-program'.*looked in .*\/bin/),
  })
  await expect(a.exec('./no/such/file')).rejects.toMatchObject({
    code: 'PROGRAM_NOT_FOUND',
    message: expect.stringContaining(process.cwd()),
  })
  await expect(a.exec('true', [], { cwd: '/no/such/folder' })).rejects.toMatchObject({
    code: 'CWD_NOT_FOUND',
    message: expect.stringContaining('/no/such/folder'),
  })
})
