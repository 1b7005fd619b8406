import { expect, test } from 'vitest'
import {
  aLab,
  answerTime,
  eventually,
  interfaceNames,
  ofInterface,
  reaches,
  read,
  silent,
  talk,
} from './support/bench.js'

//   a ---- [lan] ---- b      then  c ---- [lan],  b ---- d,  r ---- [lan],  r ---- e
test('a second start adds hosts, links, names and routes to what runs', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  const connection = await talk(a, b)
  const waiting = a.exec('sleep', ['1000'])
  waiting.catch(() => undefined)
  const before = { a: a.interfaces, b: b.address }

  const [c, d, e] = lab.hosts('c', 'd', 'e')
  const r = lab.router('r')
  lab.link(c, lan)
  lab.link(b, d)
  lab.link(r, lan)
  lab.link(r, e, { delay: 1 })
  expect(() => c.address).toThrow(/has no address before the lab has started/)
  await lab.start()

  expect({ a: a.interfaces, b: b.address }).toEqual(before)
  expect(await connection.say('still here')).toBe('still here')
  expect(waiting.exitCode).toBeNull()
  for (const to of [b, c, r, e]) expect(await reaches(a, to), `a to ${to}`).toBe(true)
  for (const to of [a, c, d, e]) expect(await reaches(b, to), `b to ${to}`).toBe(true)
  expect(await reaches(e, a)).toBe(true)
  expect(await interfaceNames(b)).toEqual(['eth0', 'eth1', 'lo'])
  for (const host of [a, b, c, d, e, r]) {
    const names = (await read(host, '/etc/hosts')).split('\n').map((line) => line.split(' ')[1])
    expect(names, `${host}`).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'e', 'r']))
  }
  await lab.start()
  expect(await connection.say('a third start')).toBe('a third start')
})

//   a ---- [lan] ---- b      then a ---- b: they move to views of their own
test('programs that run see new names; two hosts on a new cable see each other over the old one', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  lab.link(c, a)
  await lab.start()
  // One process, from before to after.
  const script = 'cat /etc/hosts; echo read; read go; cat /etc/hosts'
  const watcher = b.exec('sh', ['-c', script], { stdin: 'pipe' })
  let said = ''
  watcher.stdout!.on('data', (text) => {
    said += text
  })
  await eventually('the names were read', () => said.includes('read'))
  const d = lab.host('d')
  lab.link(d, lan)
  lab.link(b, c)
  await lab.start()
  watcher.stdin!.write('go\n')
  const { stdout } = await watcher
  expect(String(stdout).match(/ d$/gm)).toHaveLength(1)
  expect(await reaches(b, c)).toBe(true)
  expect(await reaches(c, b)).toBe(true)
  expect(await reaches(d, b)).toBe(true)
})

//   a ---- [s1]   [s2] ---- b      with subnets of their own, then [s1] ---- [s2] is refused
test('switches that have subnets cannot be joined later, and the lab goes on as it was', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const [s1, s2] = [lab.switch('s1'), lab.switch('s2')]
  lab.link(a, s1)
  lab.link(b, s2)
  await lab.start()
  lab.link(s1, s2)
  await expect(lab.start()).rejects.toMatchObject({
    code: expect.stringMatching(/^SUBNET_/),
    message: expect.stringMatching(/s1.*s2/),
  })
  expect((await a.exec('echo', ['alive'])).stdout).toBe('alive')
})

//   a ---- [lan]      then b ---- [lan], which cannot be made
test('a start that fails leaves what ran before, and nothing of its own', async () => {
  const lab = await aLab()
  const a = lab.host('a')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  await lab.start()
  const address = a.address
  const b = lab.host('b', { sysctls: { 'net.ipv4.no_such_thing': 1 } })
  lab.link(b, lan, { delay: 1 })
  const c = lab.host('c')
  lab.link(c, lan)
  lab.link(a, c)
  lab.link(lab.router('r'), lan)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(lab.start()).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(
        /host b: .*net\.ipv4\.no_such_thing.*ENOENT.*\/proc\/sys\/net/s,
      ),
    })
    expect(b.status).toBe('declared')
    expect(c.status).toBe('declared')
    expect(a.status).toBe('running')
    expect(a.address).toBe(address)
    expect(a.interfaces).toHaveLength(1)
    expect(await interfaceNames(a)).toEqual(['eth0', 'lo'])
    expect(await read(a, '/etc/hosts')).not.toMatch(/ [bcr]$/m)
    expect(await read(a, '/proc/net/route')).not.toMatch(/\t00000000\t[0-9A-F]{8}\t/)
  }
  expect(await silent(a, '10.0.0.2')).toBe(true)
})

//   a ---- [lan] ---- b
test('starts at once wait for each other', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  const first = lab.start()
  const c = lab.host('c')
  lab.link(c, b)
  await Promise.all([first, lab.start(), lab.start()])
  expect(await reaches(a, b)).toBe(true)
  expect(await reaches(c, b)).toBe(true)
})

//   a ---- b
test('a lab that is stopped while it starts ends, and says so', async () => {
  const lab = await aLab()
  const hosts = lab.hosts('a', 'b', 'c', 'd')
  const lan = lab.switch('lan')
  for (const host of hosts) lab.link(host, lan, { delay: 1 })
  const starting = expect(lab.start()).rejects.toMatchObject({ code: 'LAB_STOPPED' })
  await lab.stop()
  await starting
  expect(lab.running).toBe(false)
  await lab.stop()
  await expect(lab.start()).rejects.toMatchObject({ code: 'LAB_STOPPED' })
})

//   a ---- [lan] ---- b      b is down while a second link comes to it
test('a host that is down gets its new links when it is back', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  await b.crash()
  lab.link(b, a, { delay: 30 })
  const c = lab.host('c')
  lab.link(c, lan)
  await lab.start()
  expect(await reaches(a, c)).toBe(true)
  await b.restart()
  expect(await ofInterface(b, 'eth1', 'operstate')).toBe('up')
  const [address = ''] = b.interfaces[1]!.addresses[0]!.split('/')
  await answerTime(a, address)
  expect(await answerTime(a, address)).toBeGreaterThanOrEqual(60)
  expect(await reaches(b, c)).toBe(true)
})
