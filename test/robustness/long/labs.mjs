// By hand: 300 labs one after another in one process; what that costs in descriptors, memory and time.
//
//   node test/robustness/long/labs.mjs [LABS]
import { readFileSync } from 'node:fs'
import { longRun } from './run.mjs'

const labs = Number(process.argv[2] ?? 300)
const { status, table } = longRun('many-labs', { NETRIG_LABS: String(labs) })
if (table !== undefined) print(JSON.parse(readFileSync(table, 'utf8')))
process.exit(status)

function print({ descriptors, memory, time }) {
  console.log(`${labs} labs in ${(time / 1000).toFixed(1)} s\n`)
  console.log('after lab   descriptors   RSS MiB')
  const step = Math.max(1, Math.floor(labs / 10))
  for (let n = 0; n < labs; n += n === 0 ? step - 1 : step) {
    const mib = (memory[n] / 2 ** 20).toFixed(1)
    console.log(String(n + 1).padStart(9), String(descriptors[n]).padStart(13), mib.padStart(9))
  }
}
