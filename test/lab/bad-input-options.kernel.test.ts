import { describe } from 'vitest'
import { createLab } from '../../src/index.js'
import { any, type Case, refuses } from './support/refusal.js'

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
    ['9000h', 'an hour'],
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

describe('units', () => refuses(units))
describe('options', () => refuses(options))
