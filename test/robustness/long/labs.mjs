// By hand: 300 labs one after another in one process; what that costs in descriptors, memory and time.
//
//   node test/robustness/long/labs.mjs [LABS]
import { longRun } from './run.mjs'

const labs = Number(process.argv[2] ?? 300)
const { status, figures } = longRun('many-labs', 'one after another', { NETRIG_LABS: String(labs) })
if (figures !== undefined) print(figures)
process.exit(status)

function print({ descriptors, memory, time }) {
  console.log(`${labs} labs in ${(time / 1000).toFixed(1)} s\n`)
  console.log('after lab   descriptors   RSS MiB')
  const step = Math.max(1, Math.floor(labs / 10))
  for (const n of [0, ...Array.from({ length: 10 }, (_, k) => (k + 1) * step - 1)]) {
    if (n >= labs) break
    const mib = (memory[n] / 2 ** 20).toFixed(1)
    console.log(String(n + 1).padStart(9), String(descriptors[n]).padStart(13), mib.padStart(9))
  }
}
