import { setupLab } from 'netrig/jest'

const lab = setupLab({ keep: 'on-failure', name: 'kept one' })

test('keeps', async () => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, { delay: '5ms' })
  await lab.start()
  // What runs must not hold the runner.
  await a.spawn('sleep', ['1000']).started
  const waiting = b.exec('sleep', ['1000'])
  waiting.catch(() => undefined)
  await b.listen({ port: 9 })
  expect(a.address).toBe('nothing')
})

test('passes', async () => {
  lab.host('a')
  await lab.start()
  expect(lab.name).toBe('kept one')
})
