import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { connectAbstract } from '../../src/ffi/abstract.js'
import { Keeper, newLabId } from '../../src/sandbox/keeper/keeper.js'
import { planOwnership } from '../../src/sandbox/ownership.js'
import { endLab, findLab, labSockets, listLabs, requestInfo } from '../../src/sandbox/registry.js'

const running: Keeper[] = []

async function lab(name: string): Promise<Keeper> {
  const keeper = await Keeper.start(newLabId(), planOwnership(process.cwd()))
  running.push(keeper)
  keeper.setInfo({
    id: keeper.id,
    name,
    pid: process.pid,
    startedAt: Date.now(),
    cwd: process.cwd(),
    kept: false,
    hosts: [{ name: 'a', kind: 'host', addresses: ['10.0.0.1'] }],
  })
  // What goes by the lifeline is not answered; `info` comes by another door.
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await listLabs()).some((one) => one.labId === keeper.id && one.info !== undefined)) break
    await sleep(5)
  }
  return keeper
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((keeper) => keeper.stop()))
})

test('a lab is found by name, by id, and by the beginning of its id', async () => {
  const name = `find-${newLabId()}`
  const keeper = await lab(name)
  for (const key of [name, keeper.id, keeper.id.slice(0, 6)]) {
    expect(await findLab(key)).toMatchObject({
      labId: keeper.id,
      runner: process.pid,
      runnerAlive: true,
    })
  }
  expect(await requestInfo(keeper.socketName)).toMatchObject({ name, hosts: [{ name: 'a' }] })
})

test('a name that two labs have is refused, with their ids', async () => {
  const name = `twice-${newLabId()}`
  const [one, two] = [await lab(name), await lab(name)]
  await expect(findLab(name)).rejects.toMatchObject({
    code: 'INVALID_NAME',
    hint: expect.stringContaining(one.id),
  })
  expect((await findLab(two.id)).labId).toBe(two.id)
})

test('a name that is nearly right is guessed', async () => {
  const name = `near-${newLabId()}`
  await lab(name)
  await expect(findLab(name.replace('near', 'nera'))).rejects.toMatchObject({
    hint: `did you mean '${name}'?`,
  })
})

test('a lab that was made but tells nothing is listed, and says why', async () => {
  const keeper = await Keeper.start(newLabId(), planOwnership(process.cwd()))
  running.push(keeper)
  const entry = (await listLabs()).find((one) => one.labId === keeper.id)
  expect(entry).toMatchObject({ info: undefined, silence: 'ready for a test, not yet in use' })
  await expect(requestInfo(keeper.socketName)).rejects.toMatchObject({ code: 'KEEPER_LOST' })
})

test('end returns when the socket is gone and the supervisor with it', async () => {
  const keeper = await lab('end')
  const pid = keeper.pid!
  await endLab(keeper.socketName)
  expect(labSockets().some((one) => one.labId === keeper.id)).toBe(false)
  // A zombie until Node reaps it, whose child it is.
  await keeper.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('end of a lab that is gone already is no error', async () => {
  await endLab(`netrig/0/1/${newLabId()}`)
})

test('nobody at the door', () => {
  expect(() => connectAbstract(`netrig/0/1/${newLabId()}`)).toThrow(
    expect.objectContaining({ code: 'ECONNREFUSED', syscall: 'connect' }),
  )
  expect(() => connectAbstract('x'.repeat(108))).toThrow(
    expect.objectContaining({ code: 'ENAMETOOLONG' }),
  )
})

test('a door that opens and says nothing is given up', async () => {
  const keeper = await Keeper.start(newLabId(), planOwnership(process.cwd()))
  running.push(keeper)
  process.kill(keeper.pid!, 'SIGSTOP')
  try {
    await expect(requestInfo(keeper.socketName, 100)).rejects.toThrow('no answer in 100 ms')
  } finally {
    process.kill(keeper.pid!, 'SIGCONT')
  }
})
