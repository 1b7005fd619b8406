// A replicated key-value store as one writes it on a first afternoon. It works, until the network
// does not. One node leads: it takes all writes, and sends copies to the others.
//
//   node naive.mjs n1 n1,n2,n3        (its own name, then everyone's)
import { ask, serve } from './talk.mjs'

const HEARTBEAT = 100 // ms between two signs of life of the leader
const SILENCE = 800 // ms without one until a node looks for a new leader
const PATIENCE = 600 // ms that a node waits for an answer of another

const [me, everyone] = process.argv.slice(2)
const nodes = everyone.split(',')
const others = nodes.filter((node) => node !== me)

let leader = nodes[0] // whoever comes first in the list leads, as long as it is there
let data = {}
let heard = performance.now()
let looking = false

serve({
  // What clients ask. Whoever does not lead passes it on to the leader.
  put({ key, value }) {
    if (leader !== me) return ask(leader, 'put', { key, value }, PATIENCE)
    data = { ...data, [key]: value }
    // MISTAKE: says 'stored' at once, while the only copy is here.
    sendCopies()
    report()
    return { by: me }
  },
  get({ key }) {
    if (leader !== me) return ask(leader, 'get', { key }, PATIENCE)
    // MISTAKE: answers from its own memory, and never asks whether it still leads.
    return { value: data[key], by: me }
  },

  // What nodes ask each other.
  ping() {},
  copy({ from, data: theirs }) {
    // MISTAKE: when two leaders meet, the first in the list wins, and what the other one
    // has stored is thrown away. Nothing here can tell which of the two is out of date.
    if (from > leader) return
    heard = performance.now()
    const news = leader !== from
    const gaveUp = leader === me
    leader = from
    data = theirs
    if (gaveUp) report(`${from} leads, so I do not. I take its data.`)
    else report(news ? `I follow ${from}.` : undefined)
  },
})

function sendCopies() {
  for (const node of others) ask(node, 'copy', { from: me, data }, PATIENCE).catch(() => {})
}

async function lookForLeader() {
  report(`I hear nothing from ${leader}. Who is there?`)
  const before = nodes.slice(0, nodes.indexOf(me))
  const answers = await Promise.all(
    before.map((node) =>
      ask(node, 'ping', {}, PATIENCE)
        .then(() => [node])
        .catch(() => []),
    ),
  )
  // MISTAKE: takes 'does not answer me' for 'is dead'. It may well be alive, and still lead.
  leader = answers.flat()[0] ?? me
  heard = performance.now()
  report(leader === me ? 'Nobody before me answers, so I lead now.' : `I follow ${leader}.`)
}

setInterval(async () => {
  if (leader === me) sendCopies()
  else if (!looking && performance.now() - heard > SILENCE) {
    looking = true
    await lookForLeader()
    looking = false
  }
}, HEARTBEAT)

let last = ''
/** Prints what this node believes, when that has changed, and what it has to say. */
function report(say) {
  const belief = JSON.stringify({
    role: leader === me ? 'leader' : 'follower',
    leader,
    term: 0,
    data,
  })
  if (belief === last && say === undefined) return
  last = belief
  console.log(JSON.stringify({ say, ...JSON.parse(belief) }))
}
report(leader === me ? 'I am the first in the list, so I lead.' : `I follow ${leader}.`)
