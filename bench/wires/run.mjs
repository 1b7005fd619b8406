// node bench/wires/run.mjs ENGINE [MEASURE...]: one line of JSON for each row. Runs on whatever kernel it finds itself.
import { createLab } from 'netrig'
import { distributionTable, TABLE_SCALE } from '../../dist/wire/conditions/index.js'
import { measures, ofMachine, slow } from './list.mjs'
import { holds } from './measures.mjs'
import { compileTraffic } from './traffic.mjs'

const [engine, ...names] = process.argv.slice(2)
const virtual = process.env.NETRIG_VIRTUAL_TIME === 'full'
const tables = Object.fromEntries(
  ['pareto', 'paretonormal'].map((name) => [
    name,
    Array.from(distributionTable(name), (entry) => entry / TABLE_SCALE),
  ]),
)
const traffic = compileTraffic()
const wanted =
  names.length > 0
    ? names.filter((name) => !(virtual && ofMachine.has(name)))
    : Object.keys(measures).filter((name) => !(virtual ? ofMachine : slow).has(name))
try {
  for (const name of wanted) {
    const bench = { createLab, engine, traffic: traffic.path, virtual }
    const rows = await measures[name](bench, tables)
    for (const row of rows) {
      const time = virtual ? 'virtual' : 'real'
      process.stdout.write(
        `${JSON.stringify({ measure: name, engine, time, ...row, ok: holds(row) })}\n`,
      )
    }
  }
} finally {
  traffic.remove()
}
