// npm run bench -- [--json FILE] [--rounds N] [--no-1000]
// npm run bench -- wires [--json FILE] [--only MEASURE,...]      links against theory: wires/main.mjs
// Measures netrig and its yardsticks in turn, in one run: on a noisy machine only ratios of medians mean something.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { labTimes, withHost } from './labs.mjs'
import { row } from './statistics.mjs'
import { buildFloor, ipScript, mininet } from './yardsticks.mjs'

if (process.argv[2] === 'wires') {
  const { benchWires } = await import('./wires/main.mjs')
  await benchWires(process.argv.slice(3))
  process.exit()
}

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '11' },
    'no-1000': { type: 'boolean' },
  },
})
const rounds = Number(values.rounds)
const samples = new Map()
const add = (name, value) => samples.set(name, [...(samples.get(name) ?? []), value])
const progress = (text) => process.stderr.write(`${text}\n`)

/** The kernel frees network namespaces in the background: a measurement begins when the last one's are gone. */
const settle = (hosts = 100) => new Promise((resolve) => setTimeout(resolve, 200 + 5 * hosts))

async function measureLabs(hosts) {
  const { up, down } = await labTimes(hosts)
  add(`lab.up.${hosts}`, up)
  add(`lab.down.${hosts}`, down)
  await settle(hosts)
}

async function measurePrograms() {
  await withHost(async (host) => {
    for (let at = 0; at < 20; at += 1) {
      let begin = performance.now()
      await host.exec('true')
      add('exec.true', performance.now() - begin)
      begin = performance.now()
      await execa('true')
      add('execa.true', performance.now() - begin)
    }
  })
  await settle(2)
}

const floor = buildFloor()
const ip = ipScript()
const mn = mininet()
try {
  await labTimes(2) // the first lab pays for loading and compiling
  await labTimes(100)
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`)
    await measureLabs(2)
    await measureLabs(100)
    add('floor.up.100', floor.measure(100)[0])
    await settle()
    await measurePrograms()
    if (ip !== undefined && round % 3 === 1) {
      add('ip.up.100', ip(100)[0])
      await settle()
    }
    if (mn !== undefined && round % 4 === 1) {
      const [up, down] = mn(100)
      add('mininet.up.100', up)
      add('mininet.down.100', down)
      await settle()
    }
    if (!values['no-1000'] && round % 4 === 2) await measureLabs(1000)
  }
} finally {
  floor.remove()
}

const rows = [...samples].map(([name, list]) => row(name, list, 'ms'))
for (const { name, median, p99, n } of rows)
  console.log(
    `${name.padEnd(18)} ${median.toFixed(2).padStart(10)} ms   p99 ${p99.toFixed(2).padStart(10)}   n ${n}`,
  )
const median = (name) => rows.find((one) => one.name === name)?.median
const ratio = (text, a, b, bound) => {
  if (a === undefined || b === undefined) console.log(`${text}: not measured here`)
  else console.log(`${text} = ${(a / b).toFixed(2)}   (${bound})`)
}
ratio('lab.up.100 / floor.up.100', median('lab.up.100'), median('floor.up.100'), 'at most 1.5')
ratio('ip.up.100 / lab.up.100', median('ip.up.100'), median('lab.up.100'), 'at least 6')
ratio('mininet.up.100 / lab.up.100', median('mininet.up.100'), median('lab.up.100'), 'at least 12')
ratio(
  'mininet.down.100 / lab.down.100',
  median('mininet.down.100'),
  median('lab.down.100'),
  'at least 15',
)
ratio('lab.up.1000 / lab.up.100', median('lab.up.1000'), median('lab.up.100'), 'at most 15')
ratio(
  '(lab.up.2 + lab.down.2) / exec.true',
  median('lab.up.2') + median('lab.down.2'),
  median('exec.true'),
  'at most 3',
)
ratio('exec.true / execa.true', median('exec.true'), median('execa.true'), 'at most 2')
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
