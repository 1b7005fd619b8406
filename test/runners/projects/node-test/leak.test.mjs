import { test } from 'node:test'
import { createLab } from 'netrig'
import { labFor } from 'netrig/node-test'
import { killKeeper } from './kill.mjs'

test('that forgets a lab', async (t) => {
  await labFor(t)
  const forgotten = await createLab({ name: 'forgotten' })
  forgotten.host('a')
  await forgotten.start()
})

test('whose lab dies', async (t) => {
  const lab = await labFor(t)
  lab.host('a')
  await lab.start()
  await killKeeper(lab)
})
