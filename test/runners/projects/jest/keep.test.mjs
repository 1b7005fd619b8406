import { setupLab } from 'netrig/jest'

const lab = setupLab({ keep: 'on-failure', name: 'kept one' })

test('keeps', async () => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect(a.address).toBe('nothing')
})

test('passes', async () => {
  lab.host('a')
  await lab.start()
  expect(lab.name).toBe('kept one')
})
