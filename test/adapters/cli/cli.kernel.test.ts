import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLab, type Lab, type NetrigError } from '../../../src/index.js'
import { cgroupSupport, labGroupName } from '../../../src/kernel/cgroup/index.js'
import { newLabId } from '../../../src/sandbox/keeper/keeper.js'
import { labSockets } from '../../../src/sandbox/registry.js'
import { netrig } from './support.js'

// In one lab:  a ---- lan ---- b
let lab: Lab
let name: string

beforeEach(async () => {
  name = `cli-${newLabId()}`
  lab = await createLab({ name })
  const lan = lab.switch('lan', { subnet: '10.0.0.0/24' })
  for (const host of lab.hosts('a', 'b')) lab.link(host, lan)
  await lab.start()
})

afterEach(async () => {
  await lab.stop()
})

test('ps tells of the lab: for people, and as JSON', async () => {
  const people = await netrig('ps')
  expect(people.code).toBe(0)
  const row = people.out.split('\n').find((line) => line.includes(name))
  expect(row).toMatch(
    new RegExp(` ${process.pid} +\\d+s +running +a 10\\.0\\.0\\.1, b 10\\.0\\.0\\.2$`),
  )

  const { out } = await netrig('ps', '--json')
  const labs = JSON.parse(out) as { name: string }[]
  expect(labs.find((one) => one.name === name)).toMatchObject({
    runner: process.pid,
    runnerAlive: true,
    kept: false,
    cwd: process.cwd(),
    hosts: [
      { name: 'a', kind: 'host', addresses: ['10.0.0.1'] },
      { name: 'b', kind: 'host', addresses: ['10.0.0.2'] },
    ],
  })
})

describe('exec', () => {
  test('runs in the host, with this working folder, and its exit code is ours', async () => {
    const script = `test "$(hostname)" = b && test "$(pwd)" = "${process.cwd()}" && exit 7`
    expect(await netrig('exec', name, 'b', '--', 'sh', '-c', script)).toMatchObject({
      code: 7,
      err: '',
    })
  })

  test('--cwd, and options of the program that look like ours', async () => {
    const script = 'test "$(pwd)" = /usr && test "$1" = --cwd'
    const { code } = await netrig(
      'exec',
      name,
      'a',
      '--cwd',
      '/usr',
      '--',
      'sh',
      '-c',
      script,
      'sh',
      '--cwd',
    )
    expect(code).toBe(0)
  })

  test('a signal that ends the program ends netrig, too', async () => {
    const { code, died } = await netrig('exec', name, 'a', '--', 'sh', '-c', 'kill -KILL $$')
    expect(died).toEqual(['SIGKILL'])
    expect(code).toBe(137)
  })

  test('an unknown host is a sentence with the nearest one', async () => {
    const { code, err } = await netrig('exec', name, 'A', '--', 'true')
    expect(code).toBe(2)
    expect(err).toMatch(/has no host 'A'.\n {2}hint: did you mean 'a'\?/)
  })
})

test('a kept lab outlives its stop, can be entered, and goes when it is cleaned', async () => {
  lab.keep()
  await lab.stop()
  expect((await netrig('ps')).out).toMatch(new RegExp(`${name} .* kept `))
  const names = ['grep', '-q', '10.0.0.2.*b', '/etc/hosts']
  expect((await netrig('exec', name, 'a', '--', ...names)).code).toBe(0)

  const { code, out } = await netrig('clean', name)
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`^ended [0-9a-f]{10} ${name} \\(asked for\\)$`))
  expect(labSockets().some((one) => one.labId === lab.id)).toBe(false)
  const { base } = cgroupSupport().v2
  expect(existsSync(`${base}/${labGroupName(lab.id)}`)).toBe(false)
})

test('a running lab that is named is ended, and its runner learns of it', async () => {
  expect((await netrig('clean', lab.id.slice(0, 8))).code).toBe(0)
  const start = () =>
    lab.start().then(
      () => 'fine',
      (error: NetrigError) => error.code,
    )
  await expect.poll(start).not.toBe('fine')
})
