import { describe, expect, test } from 'vitest'
import {
  createLab,
  type Host,
  type Lab,
  NetrigError,
  type NetrigErrorCode,
} from '../../src/index.js'
import { dropSpare } from '../../src/sandbox/holder.js'
import { descendants } from '../robustness/support/processes.js'
import { aLab } from './support/bench.js'

const pids = () => descendants(process.pid).map(({ pid }) => pid)

/** What was thrown, once it is certain that nothing was built before it was. */
async function refusal(act: () => unknown): Promise<NetrigError> {
  await dropSpare()
  const before = pids()
  let error: unknown
  try {
    await act()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(NetrigError)
  expect(pids()).toEqual(before)
  return error as NetrigError
}

type Case = readonly [
  what: string,
  act: (lab: Lab, a: Host, b: Host) => unknown,
  code: NetrigErrorCode,
  /** What the message is to name: what is wrong, where, what would be right. */
  words: readonly string[],
]

const any = (value: unknown) => value as never

const names: readonly Case[] = [
  ['a name twice', (lab) => lab.host('a'), 'DUPLICATE_NAME', ['lab.host', "'a'", 'another']],
  ['a switch like a host', (lab) => lab.switch('b'), 'DUPLICATE_NAME', ['lab.switch', "host 'b'"]],
  ['a router like a host', (lab) => lab.router('b'), 'DUPLICATE_NAME', ['lab.router', "'b'"]],
  ['an empty name', (lab) => lab.host(''), 'INVALID_NAME', ['lab.host', 'empty', '1 to 63']],
  ['300 characters', (lab) => lab.host('x'.repeat(300)), 'INVALID_NAME', ['300', '1 to 63']],
  ['a name with a space', (lab) => lab.host('my host'), 'INVALID_NAME', ["'my host'", "'my-host'"]],
  ['no name', (lab) => lab.host(any(undefined)), 'INVALID_NAME', ['lab.host', 'text']],
  ['a list of names', (lab) => lab.hosts(any(['x', 'y'])), 'INVALID_NAME', ['lab.host', 'text']],
  [
    'an empty lab name',
    () => createLab({ name: '' }),
    'INVALID_OPTION',
    ['createLab', 'name', '200'],
  ],
]

const links: readonly Case[] = [
  ['a link to itself', (lab, a) => lab.link(a, a), 'SELF_LINK', ["host 'a'", 'two different']],
  [
    'no second end',
    (lab, a) => lab.link(a, any(undefined)),
    'FOREIGN_HOST',
    ['lab.link', 'lab.host()'],
  ],
  [
    'a name as an end',
    (lab, a) => lab.link(a, any('b')),
    'FOREIGN_HOST',
    ['lab.link', 'lab.host()'],
  ],
  [
    'a loop of switches',
    (lab) => {
      const [s, t, u] = [lab.switch('s'), lab.switch('t'), lab.switch('u')]
      lab.link(s, t)
      lab.link(t, u)
      lab.link(u, s)
    },
    'SWITCH_LOOP',
    ['switches u and s', 'router'],
  ],
  [
    'more ports than a bridge holds',
    (lab, a) => {
      const lan = lab.switch('lan', { subnet: '10.0.0.0/16' })
      for (let at = 0; at < 1024; at += 1) lab.link(a, lan)
    },
    'TOO_MANY_PORTS',
    ['switch lan', '1023', 'second switch'],
  ],
]

const addresses: readonly Case[] = [
  [
    'an address outside its subnet',
    (lab, a) => lab.link(a, lab.switch('lan', { subnet: '10.1.0.0/24' }), { address: '10.2.0.1' }),
    'INVALID_ADDRESS',
    ['10.2.0.1', 'host a', '10.1.0.0/24', 'switch lan'],
  ],
  [
    'an address twice',
    (lab, a, b) => {
      const lan = lab.switch('lan')
      lab.link(a, lan, { address: '10.0.0.7' })
      lab.link(b, lan, { address: '10.0.0.7' })
    },
    'ADDRESS_TAKEN',
    ['10.0.0.7', 'host b', "host a's"],
  ],
  [
    'no address',
    (lab, a) => lab.link(a, lab.switch('lan'), { address: 'ten' }),
    'INVALID_ADDRESS',
    ["'ten'", 'host a', '10.0.0.7'],
  ],
  [
    'overlapping subnets',
    (lab, a, b) => {
      lab.switch('lan', { subnet: '10.1.0.0/16' })
      lab.link(a, b, { subnet: '10.1.2.0/24' })
    },
    'SUBNET_OVERLAP',
    ['10.1.2.0/24', 'link a-b', '10.1.0.0/16', 'switch lan'],
  ],
  [
    'an address for a subnet',
    (lab) => lab.switch('lan', { subnet: '10.1.0.7/24' }),
    'INVALID_ADDRESS',
    ['10.1.0.7/24', 'switch lan', "'10.1.0.0/24'"],
  ],
  [
    'a subnet without prefix',
    (lab) => lab.switch('lan', { subnet: '10.1.0.0' }),
    'INVALID_ADDRESS',
    ['switch lan', "'10.1.0.0/24'"],
  ],
  [
    'a mac that is none',
    (lab, a, b) => lab.link(a, b, { mac: ['02:00', undefined] }),
    'INVALID_ADDRESS',
    ['02:00', 'host a'],
  ],
  [
    'an mtu of 10',
    (lab, a, b) => lab.link(a, b, { mtu: 10 }),
    'INVALID_OPTION',
    ['10', '68', '65535'],
  ],
  [
    'an interface twice',
    (lab, a, b) => {
      lab.link(a, b, { name: ['wan', undefined] })
      lab.link(a, b, { name: ['wan', undefined] })
    },
    'DUPLICATE_NAME',
    ['host a', "'wan'"],
  ],
]

const units: readonly Case[] = [
  [
    'an unknown unit',
    (lab, a, b) => lab.link(a, b, { delay: any('20 parsecs') }),
    'INVALID_UNIT',
    ['20 parsecs', 'delay of link a-b', 'ms'],
  ],
  [
    'a rate in pounds',
    (lab, a, b) => lab.link(a, b, { rate: any('5lb') }),
    'INVALID_UNIT',
    ['5lb', 'rate of link a-b', 'mbit'],
  ],
  [
    'a loss of 150%',
    (lab, a, b) => lab.link(a, b, { loss: '150%' }),
    'INVALID_OPTION',
    ['150%', 'loss of link a-b', '100%'],
  ],
  [
    'a loss of 30',
    (lab, a, b) => lab.link(a, b, { loss: 30 }),
    'INVALID_OPTION',
    ['30', 'loss of link a-b', "'30%'"],
  ],
  [
    'a negative delay',
    (lab, a, b) => lab.link(a, b, { delay: -1 }),
    'INVALID_OPTION',
    ['-1', 'delay of link a-b'],
  ],
  [
    'a negative delay with a unit',
    (lab, a, b) => lab.link(a, b, { delay: any('-5ms') }),
    'INVALID_OPTION',
    ['-5ms', 'delay of link a-b'],
  ],
  [
    'a delay that is no number',
    (lab, a, b) => lab.link(a, b, { delay: Number.NaN }),
    'INVALID_OPTION',
    ['NaN', 'delay of link a-b'],
  ],
  [
    'a delay of a year',
    (lab, a, b) => lab.link(a, b, { delay: '9000h' }),
    'INVALID_OPTION',
    ['9000h', '24h'],
  ],
  [
    'half a packet',
    (lab, a, b) => lab.link(a, b, { queue: 0.5 }),
    'INVALID_OPTION',
    ['0.5', 'queue of link a-b'],
  ],
  [
    'memory in metres',
    (lab) => lab.host('c', { memory: any('6m') }),
    'INVALID_UNIT',
    ['6m', 'MiB'],
  ],
  [
    'a negative number of processes',
    (lab) => lab.host('c', { pids: -1 }),
    'INVALID_OPTION',
    ['pids', '-1'],
  ],
]

const options: readonly Case[] = [
  [
    'of a lab',
    () => createLab(any({ sead: 1 })),
    'INVALID_OPTION',
    ['createLab', "'sead'", "'seed'"],
  ],
  [
    'of a host',
    (lab) => lab.host('c', any({ memroy: 1 })),
    'INVALID_OPTION',
    ['lab.host', "'memroy'", "'memory'"],
  ],
  [
    'of a switch',
    (lab) => lab.switch('s', any({ subnett: 1 })),
    'INVALID_OPTION',
    ['lab.switch', "'subnett'", "'subnet'"],
  ],
  [
    'of a link',
    (lab, a, b) => lab.link(a, b, any({ delya: 1 })),
    'INVALID_OPTION',
    ['lab.link', "'delya'", "'delay'"],
  ],
  [
    'of an update',
    (lab, a, b) => lab.link(a, b).update(any({ los: 1 })),
    'INVALID_OPTION',
    ['link.update', "'los'", "'loss'"],
  ],
  [
    'a text for options',
    (lab) => lab.switch('s', any('10.0.0.0/24')),
    'INVALID_OPTION',
    ['lab.switch'],
  ],
  ['null for options', (lab, a, b) => lab.link(a, b, any(null)), 'INVALID_OPTION', ['lab.link']],
  ['a text for a lab', () => createLab(any('shop')), 'INVALID_OPTION', ['createLab']],
  ['null for a lab', () => createLab(any(null)), 'INVALID_OPTION', ['createLab']],
  [
    'an update without any',
    (lab, a, b) => lab.link(a, b).update(any(undefined)),
    'INVALID_OPTION',
    ['link.update'],
  ],
  [
    'a strange end to an update',
    (lab, a, b) => lab.link(a, b).update({ from: 'c' }),
    'INVALID_OPTION',
    ["'c'", 'link a-b', 'a and b'],
  ],
  [
    'a wrong engine',
    () => createLab({ engine: any('nettem') }),
    'INVALID_OPTION',
    ["'nettem'", 'auto, netem, relay'],
  ],
  [
    'netem, not there yet',
    () => createLab({ engine: 'netem' }),
    'UNSUPPORTED',
    ["'netem'", "'relay'", 'delay'],
  ],
  [
    'half a seed',
    () => createLab({ seed: 0.5 }),
    'INVALID_OPTION',
    ['createLab', 'seed', '0.5', 'whole number'],
  ],
  [
    'a seed that is an object',
    () => createLab({ seed: any({}) }),
    'INVALID_OPTION',
    ['createLab', 'seed', 'whole number'],
  ],
  [
    'a variable with =',
    (lab) => lab.host('c', { env: { 'A=B': 'c' } }),
    'INVALID_OPTION',
    ['host c', "'A=B'"],
  ],
  [
    'a variable that is a number',
    (lab) => lab.host('c', { env: any({ PORT: 80 }) }),
    'INVALID_OPTION',
    ['host c', "'PORT'", 'text'],
  ],
  [
    'a sysctl that is a path',
    (lab) => lab.host('c', { sysctls: { '../kernel': 1 } }),
    'INVALID_OPTION',
    ['../kernel'],
  ],
  [
    'a sysctl of the machine',
    (lab) => lab.host('c', { sysctls: { 'kernel.panic': 1 } }),
    'INVALID_OPTION',
    ['kernel.panic', 'net'],
  ],
  [
    'a folder that is not there',
    () => createLab({ cwd: '/no/such/folder' }),
    'CWD_NOT_FOUND',
    ['createLab', '/no/such/folder'],
  ],
]

describe.each([
  ['names', names],
  ['links', links],
  ['addresses', addresses],
  ['units', units],
  ['unknown and wrong options', options],
] as const)('%s', (_, cases) => {
  test.each(cases.map((one) => [...one] as const))('%s', async (_what, act, code, words) => {
    const lab = await aLab()
    const [a, b] = lab.hosts('a', 'b')
    const error = await refusal(() => act(lab, a, b))
    expect(error.message).toContain(words[0])
    for (const word of words) expect(error.message).toContain(word)
    expect(error.code).toBe(code)
    // What was refused has left nothing: the lab starts with what else there is.
    if (code !== 'TOO_MANY_PORTS') await lab.start()
  })
})

//   a, b, c ---- [lan], which has room for two
test('a full /30 is refused when the lab starts, before anything is built', async () => {
  const lab = await aLab()
  const lan = lab.switch('lan', { subnet: '10.0.0.0/30' })
  for (const host of lab.hosts('a', 'b', 'c')) lab.link(host, lan)
  const error = await refusal(() => lab.start())
  expect(error.code).toBe('SUBNET_FULL')
  expect(error.message).toMatch(/switch lan.*10\.0\.0\.0\/30|10\.0\.0\.0\/30.*switch lan/)
  expect(error.message).toMatch(/\/29/)
})

test('what belongs to another lab', async () => {
  const [one, other] = [await aLab({ name: 'one' }), await aLab({ name: 'other' })]
  const [a, b] = [one.host('a'), one.host('b')]
  const [mine, twin] = [other.host('mine'), other.host('a')]
  const lan = other.switch('lan')
  one.link(a, b)
  for (const end of [mine, twin, lan]) {
    const error = await refusal(() => one.link(a, end))
    expect(error.code).toBe('FOREIGN_HOST')
    expect(error.message).toContain(`'${end.name}' belongs to another lab`)
  }
  await one.start()
  const error = await refusal(() => one.partition([a], [twin]))
  expect(error).toMatchObject({ code: 'FOREIGN_HOST' })
  expect(error.message).toContain('lab.partition')
})

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
