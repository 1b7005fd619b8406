import { setupLab } from 'netrig/jest'

describe('a network', () => {
  const lab = setupLab()

  test('that is cut', async () => {
    const lan = lab.switch('lan')
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, lan)
    lab.link(b, lan)
    await lab.start()
    const program = a.spawn('sh', ['-c', 'echo first; echo last words >&2; exit 3'])
    await program.exited
    await lab.partition([a], [b])
    expect(a.address).toBe('what it is not')
  })

  test('that takes too long', async () => {
    const a = lab.host('a')
    await lab.start()
    await a.exec('sleep', ['100'])
  }, 500)

  test.failing('that fails as expected', async () => {
    lab.host('expected')
    await lab.start()
    expect(lab.running).toBe(false)
  })

  test.concurrent('that is used where there is none', async () => {
    expect(lab.name).toBe('nobody')
  })
})
