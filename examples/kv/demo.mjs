// npm run demo: what a cut network does to a small replicated database, twice: to a naive version,
// which fails, and to a mended one, which does not. Exits with 0 when both do as they should.
import { Cluster } from './cluster.mjs'
import { findFaults, findTwoLeaders } from './history.mjs'
import {
  bold,
  drawSides,
  drawSwitch,
  drawTable,
  event,
  green,
  part,
  print,
  red,
  say,
  step,
  verdict,
  yellow,
} from './screen.mjs'

const SLOW = 40 // ms, each way
// Alice asks a node that refuses again for this long. (Bob asks until he has his answer.)
const brief = { patience: 500 } // ms
let cluster // the one that runs now, for Ctrl-C

async function play(version) {
  cluster = await Cluster.build(version, event)
  try {
    step('The network, and the three programs start')
    drawSwitch(cluster.hosts)
    await cluster.startNodes(version)
    await cluster.untilAgreed()
    await useIt()
    await slowDown()
    const told = await cutOff()
    told.after = await heal()
    return { ...judge(), told }
  } finally {
    await cluster.lab.stop()
    cluster = undefined
  }
}

/** Has somebody ask for something, and shows it. */
async function request(client, operation, node, key, value, options) {
  const outcome = await cluster.request(client, operation, node, key, value, options)
  const { ok, by, error } = outcome
  const what = operation === 'put' ? `writes ${key}=${value}` : `reads ${key}`
  const told = operation === 'put' ? 'stored' : `${key}=${outcome.value}`
  const via = by === node ? `${node}` : `${node}, which asks ${by}`
  if (ok) event(client, `${what} at ${via}: "${told}"`)
  else event(client, `${what} at ${node}: "not now" (${error})`, yellow)
  return outcome
}

async function useIt() {
  step('Alice and Bob use it')
  const leader = await cluster.untilAgreed()
  const [other] = cluster.othersThan(leader)
  await request('alice', 'put', leader, 'price', '100')
  await request('bob', 'put', other, 'stock', '5')
  await request('alice', 'get', leader, 'stock')
  await request('bob', 'get', other, 'price')
}

async function slowDown() {
  const leader = await cluster.untilAgreed({ price: '100', stock: '5' })
  step(`The cable of ${leader} gets slow: ${SLOW} ms each way`)
  // The fastest of five: what else the machine does is not the cable's.
  const read = () => cluster.request('bob', 'get', leader, 'price', undefined, { times: 5 })
  const fast = await read()
  await cluster.link(leader).update({ delay: SLOW })
  const slow = await read()
  await cluster.link(leader).update({ delay: 0 })
  const figures = `${fast.ms.toFixed(0)} ms before, ${slow.ms.toFixed(0)} ms now`
  event('bob', `reads price at ${leader}: ${figures}`)
  say(
    'A question goes there and back twice at least: once to connect, once to ask. Now the cable is fast again.',
  )
  if (slow.ms < 2 * SLOW) throw new Error('The slow link had no effect.')
}

async function cutOff() {
  const leader = await cluster.untilAgreed({ price: '100', stock: '5' })
  const others = cluster.othersThan(leader)
  step(`The network is cut:  ${leader}, alice  ||  ${others.join(', ')}, bob`)
  say(`All programs are alive. But nothing gets from ${leader} and Alice to the others, or back.`)
  const cut = await cluster.cutOff(leader, 'alice')
  await cluster.until('the others have a new leader', () => {
    const [first, ...more] = others.map((node) => cluster.beliefs.get(node))
    if (more.some((belief) => belief.leader !== first.leader)) return false
    return others.includes(first.leader) && cluster.beliefs.get(first.leader).role === 'leader'
  })
  const far = others.at(-1)
  const bobWrite = await request('bob', 'put', far, 'price', '200')
  const aliceRead = await request('alice', 'get', leader, 'price', undefined, brief)
  const aliceWrite = await request('alice', 'put', leader, 'stock', '4', brief)
  await request('bob', 'get', far, 'price')
  step('What each side believes now')
  drawSides([
    { title: 'cut off, with alice', columns: [believes(leader)] },
    { title: 'the others, with bob', columns: others.map(believes) },
  ])
  const { packets } = cut.effect()
  print()
  say(`Proof that the network was cut: it swallowed ${packets} packets between the two sides.`)
  if (packets === 0) throw new Error('The cut had no effect.')
  cluster.cut = cut
  return { bobWrite, aliceRead, aliceWrite }
}

function believes(node) {
  const { role, leader, data } = cluster.beliefs.get(node)
  const what = role === 'leader' ? 'I lead' : leader ? `I follow ${leader}` : 'nobody leads'
  return [
    node,
    what,
    ...Object.entries(data)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
  ]
}

async function heal() {
  step('The network is whole again')
  await cluster.cut.heal()
  const leader = await cluster.untilAgreed()
  cluster.healed = true
  const last = cluster.othersThan(leader).at(-1)
  await request('alice', 'get', leader, 'price')
  await request('alice', 'get', last, 'stock')
  return request('bob', 'get', last, 'price')
}

/** Looks for faults in what was written down, and shows them. */
function judge() {
  const { history, record } = cluster
  step(`Was everybody told the truth? ${history.length} answers are checked`)
  const faults = [...findTwoLeaders(record), ...findFaults(history)]
  for (const fault of faults) verdict(fault.kind.toUpperCase(), describe(fault), red)
  if (faults.length === 0) {
    verdict(
      'NO FAULT',
      'Whoever was told something could rely on it. Where nobody could know, the answer was "not now": that is the price of never being wrong.',
      green,
    )
  }
  return { faults }
}

function describe({ kind, read, write, nodes }) {
  if (kind === 'split brain') return `${nodes.join(' and ')} both led, at the same time.`
  const seen = `${read.client} read ${read.key}=${read.value} at ${read.node}`
  if (kind === 'invented value') return `${seen}, which nobody ever wrote.`
  const promise = `${write.client} had been told that ${write.key}=${write.value} is stored`
  if (kind === 'stale read') return `${seen}, after ${promise}.`
  return `${promise}. Now all nodes agree on ${read.key}=${read.value}: nobody has it any more.`
}

function inShort({ naive, mended }) {
  const put = ({ ok }) => (ok ? '"stored"' : '"not now"')
  const get = ({ ok, value }) => (ok ? `"price=${value}"` : '"not now"')
  const both = (show) => [show(naive), show(mended)]
  drawTable(
    ['naive', 'mended'],
    [
      ['Bob writes price=200 during the cut', ...both(({ told }) => put(told.bobWrite))],
      ['then Alice reads price, cut off', ...both(({ told }) => get(told.aliceRead))],
      ['and Alice writes stock=4, cut off', ...both(({ told }) => put(told.aliceWrite))],
      ['and Bob reads price after it', ...both(({ told }) => get(told.after))],
      ['faults found', ...both(({ faults }) => String(faults.length))],
    ],
  )
}

async function main() {
  print(bold('netrig demo: a small database on a network that breaks'))
  print()
  say(
    'Three programs keep copies of the same data. One of them leads. Alice and Bob use them. Each of the five is on a machine of its own, as far as it can tell: netrig makes such machines out of parts of the Linux kernel. Programs and packets are real.',
  )
  part('Part 1: a naive version (examples/kv/naive.mjs)')
  say('Here the leader says "stored" at once, and copies to the others afterwards.')
  const naive = await play('naive')
  say('Why? Look for the word MISTAKE in examples/kv/naive.mjs.')
  part('Part 2: a mended version (examples/kv/mended.mjs), the same steps')
  say(
    'Here nothing counts before two of the three nodes agree. Of a network cut in two, only one side can have two of three.',
  )
  const mended = await play('mended')
  part('In short')
  inShort({ naive, mended })

  const kinds = new Set(naive.faults.map(({ kind }) => kind))
  const naiveFailed = ['split brain', 'stale read', 'lost write'].every((kind) => kinds.has(kind))
  const mendedHeld =
    mended.faults.length === 0 && mended.told.bobWrite.ok && mended.told.after.value === '200'
  print()
  if (naiveFailed) say('As expected, the naive version fails.')
  else say(red('The naive version was to fail in three ways, and did not.'))
  if (mendedHeld) say('As expected, the mended version passes.')
  else say(red('The mended version was to pass, and did not.'))
  return naiveFailed && mendedHeld ? 0 : 1
}

let interrupted = false
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.on(signal, async () => {
    if (interrupted) return
    interrupted = true
    print('\nStopped. Taking everything away.')
    await cluster?.lab.stop()
    process.exit(128 + number)
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  // After Ctrl-C the lab goes under our feet: what fails for that is no news.
  if (!interrupted) {
    print(`\n${red(error.message)}`)
    process.exitCode = 1
  }
}
