import { createLab } from 'netrig'
import { setupLab } from 'netrig/jest'
import { killKeeper } from './kill.mjs'

const lab = setupLab()

test('that forgets a lab', async () => {
  const forgotten = await createLab({ name: 'forgotten' })
  forgotten.host('a')
  await forgotten.start()
})

test('whose lab dies', async () => {
  lab.host('a')
  await lab.start()
  await killKeeper(lab)
})
