import { createLab } from 'netrig'
import { test } from 'netrig/vitest'

test('that forgets a lab', async () => {
  const lab = await createLab({ name: 'forgotten' })
  lab.host('a')
  await lab.start()
})

test('whose lab dies', async ({ lab }) => {
  lab.host('a')
  await lab.start()
  const { killKeeper } = await import('./kill.js')
  await killKeeper(lab)
})
