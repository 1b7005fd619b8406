// npm run bench -- wires [--json FILE] [--only MEASURE,...]
// Wires against theory: the relay on the machine's own clock, netem there where the kernel has it, and both side
// by side in the virtual time of netrig's own kernel, if one is found.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findKernel } from '../../dist/vm/kernel/find.js'

const here = dirname(fileURLToPath(import.meta.url))
const cli = join(here, '../../dist/adapters/cli/main.js')
const run = join(here, 'run.mjs')

function hasKernel() {
  try {
    findKernel()
    return true
  } catch (error) {
    process.stderr.write(`${error.message}\nnetem and virtual time are left out.\n`)
    return false
  }
}

/** Runs a command whose lines are rows, and shows each. */
async function collect(command, args, rows) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.on('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line)
    rows.push(row)
    const bounds = `${row.low.toFixed(3)} to ${row.high.toFixed(3)}`
    console.log(
      `${row.ok ? ' ok ' : 'MISS'}  ${row.engine.padEnd(5)} ${row.time.padEnd(7)}  ${row.name.padEnd(52)} ${row.value.toFixed(3).padStart(11)} ${row.unit.padEnd(2)}  (${bounds})`,
    )
  }
  const code = await ended
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`)
}

export async function benchWires(args) {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'string' }, only: { type: 'string' } },
  })
  const only = values.only?.split(',') ?? []
  const rows = []
  await collect(process.execPath, [run, 'relay', ...only], rows)
  if (hasKernel()) {
    for (const engine of ['netem', 'relay']) {
      const inside = ['vm', '--virtual-time', '--', process.execPath, run, engine, ...only]
      await collect(process.execPath, [cli, ...inside], rows)
    }
  }
  const missed = rows.filter(({ ok }) => !ok).length
  console.log(`${rows.length - missed} of ${rows.length} within bounds`)
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
}
