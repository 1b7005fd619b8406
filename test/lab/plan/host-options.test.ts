import { describe, expect, test } from 'vitest'
import { parseHostOptions } from '../../../src/lab/plan/host-options.js'
import { failure } from './topology.js'

test('options become numbers and paths', () => {
  expect(
    parseHostOptions(
      'a',
      {
        memory: '64MiB',
        cpu: 0.5,
        pids: 50,
        sysctls: { 'net.ipv4.tcp_syn_retries': 2, 'net/ipv4/conf/eth0.5/forwarding': '1' },
      },
      'lab.host',
    ),
  ).toEqual({
    memory: 67_108_864,
    cpu: 0.5,
    pids: 50,
    sysctls: [
      { path: 'net/ipv4/tcp_syn_retries', value: '2' },
      { path: 'net/ipv4/conf/eth0.5/forwarding', value: '1' },
    ],
  })
  expect(parseHostOptions('a', undefined, 'lab.host')).toEqual({ sysctls: [] })
})

describe('refused', () => {
  test.each([
    [{ memory: 64 }, "memory 64 of host a cannot be: write 1MiB or more, e.g. '64MiB'."],
    [{ cpu: 0 }, 'cpu 0 of host a cannot be: write a number of processors from 0.01 up, e.g. 0.5.'],
    [
      { cpu: '50%' },
      'cpu 50% of host a cannot be: write a number of processors from 0.01 up, e.g. 0.5.',
    ],
    [
      { pids: 1.5 },
      'pids 1.5 of host a cannot be: write a whole number of processes from 1 up, e.g. 50.',
    ],
    [
      { sysctls: { 'kernel.core_pattern': '|x' } },
      "sysctl 'kernel.core_pattern' of host a cannot be: write one of the network's, e.g. 'net.ipv4.tcp_syn_retries' (others belong to the whole machine).",
    ],
    [
      { sysctls: { 'net/../kernel/core_pattern': '|x' } },
      "sysctl 'net/../kernel/core_pattern' of host a cannot be: write one of the network's, e.g. 'net.ipv4.tcp_syn_retries' (others belong to the whole machine).",
    ],
    [
      { sysctls: { 'net.ipv4.ip_forward': true } },
      "sysctl 'net.ipv4.ip_forward' true of host a cannot be: write a text or a number.",
    ],
  ])('%o', (options, message) => {
    const error = failure(() => parseHostOptions('a', options as object, 'lab.host'))
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toBe(`lab.host: ${message}`)
  })

  test('an unknown unit and an unknown option', () => {
    const unit = failure(() => parseHostOptions('a', { memory: '64 megs' as '1B' }, 'lab.host'))
    expect(unit.code).toBe('INVALID_UNIT')
    expect(unit.message).toMatch(/^lab.host: memory of host a: '64 megs' is not a size: write/)
    expect(failure(() => parseHostOptions('a', { memroy: 1 } as object, 'lab.host')).hint).toBe(
      "did you mean 'memory'? known options: memory, cpu, pids, sysctls",
    )
  })
})
