const { setupLab } = require('netrig/jest')

const lab = setupLab()

test('a lab', async () => {
  lab.host('a')
  await lab.start()
  expect(lab.running).toBe(true)
})
