import { expect, onTestFinished, test, vi } from 'vitest'
import { createLab } from '../../src/index.js'
import { aLab, read } from './support/bench.js'

//   a ---- b
test("sysctls and environment are each host's own, also after a restart", async () => {
  const lab = await aLab()
  const a = lab.host('a', {
    sysctls: { 'net.ipv4.tcp_retries2': 5, 'net.ipv4.ip_local_port_range': '4000 5000' },
    env: { GREETING: 'hello', EMPTY: '' },
  })
  const b = lab.host('b')
  lab.link(a, b)
  await lab.start()
  const elsewhere = await read(b, '/proc/sys/net/ipv4/tcp_retries2')
  expect(elsewhere).not.toBe('5')
  for (let life = 0; life < 2; life += 1) {
    expect(await read(a, '/proc/sys/net/ipv4/tcp_retries2')).toBe('5')
    expect(await read(a, '/proc/sys/net/ipv4/ip_local_port_range')).toBe('4000\t5000')
    const { stdout } = await a.exec('sh', ['-c', 'echo "$GREETING[$EMPTY]$PATH"'])
    expect(stdout).toBe(`hello[]${process.env.PATH}`)
    await a.restart()
  }
  expect((await b.exec('sh', ['-c', 'echo "[$GREETING]"'])).stdout).toBe('[]')
  const own = await a.exec('sh', ['-c', 'echo "$GREETING"'], { env: { GREETING: 'bye' } })
  expect(own.stdout).toBe('bye')
})

//   a
test.each([
  ['net.ipv4.no_such_thing', '1', /no_such_thing = '1' \(ENOENT\)/],
  ['net.ipv4.ip_forward', 'perhaps', /ip_forward = 'perhaps' \(EINVAL\)/],
])('a sysctl that the kernel does not take: %s = %s', async (name, value, sentence) => {
  const lab = await aLab()
  const a = lab.host('a', { sysctls: { [name]: value } })
  await expect(lab.start()).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringMatching(sentence),
  })
  expect(a.status).toBe('declared')
})

test('lab.random() repeats with the seed, whatever kind the seed is of', async () => {
  const draw = async (seed: number | bigint | string) => {
    const random = (await aLab({ seed })).random()
    return [random.next(), random.next(), random.next()].join()
  }
  expect(await draw(5)).toBe(await draw(5n))
  expect(await draw('five')).toBe(await draw('five'))
  expect(new Set([await draw(5), await draw(6), await draw('five'), await draw(-5)]).size).toBe(4)
})

test('without a seed of its own a lab has that of the environment', async () => {
  const drawn = async (seed?: number | string) => (await aLab({ seed })).random().next()
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  for (const [text, seed] of [
    ['5', 5],
    ['five', 'five'],
  ] as const) {
    const explicit = await drawn(seed)
    vi.stubEnv('NETRIG_SEED', text)
    expect(await drawn()).toBe(explicit)
    expect(await drawn(6)).not.toBe(explicit)
    vi.unstubAllEnvs()
  }
  vi.stubEnv('NETRIG_SEED', '0.5')
  await expect(createLab()).rejects.toMatchObject({ code: 'INVALID_OPTION', object: 'NETRIG_SEED' })
})

//   web ---- [lan] ---- db -10 ms- edge
test('the report draws the topology and names programs, faults and what happened', async () => {
  const lab = await createLab({ name: 'shop' })
  onTestFinished(() => lab.stop())
  const [web, db, edge] = lab.hosts('web', 'db', 'edge')
  const lan = lab.switch('lan')
  const up = lab.link(web, lan)
  lab.link(db, lan)
  lab.link(db, edge, { delay: '10ms', loss: '2%' })
  expect(lab.report()).toContain('not started')
  await lab.start()
  const program = web.spawn('sh', ['-c', 'echo "about to fail"; exit 3'])
  await program.exited.catch(() => undefined)
  await lab.partition([web], [db])
  await up.down()
  await edge.crash()
  const report = lab.report()
  expect(report).toContain("netrig lab 'shop'")
  expect(report).toMatch(/made at .*settings\.kernel\.test\.ts:\d+/)
  for (const words of ['web', 'lan', 'db', 'edge', web.address, 'delay 10ms', 'loss 2%', 'down']) {
    expect(report).toContain(words)
  }
  expect(report).toMatch(/edge.*crashed/)
  expect(report).toContain('partition web | db: 0 packets')
  expect(report).toContain('about to fail')
  expect(report).toMatch(/\[.*3.*\]/)
  expect(report).toMatch(/host\.crash edge/)
})
