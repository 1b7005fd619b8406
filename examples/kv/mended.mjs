// The same store, mended. The idea is Raft's (https://raft.github.io): whatever counts is agreed by
// a majority. Of three nodes two sides of a cut cannot both have two, so they cannot both decide.
//
//   node mended.mjs n1 n1,n2,n3       (its own name, then everyone's)
//
// To stay small it sends all data each time where Raft sends a log, and it keeps everything in
// memory: a real one writes term, vote and data to disk before it answers.
import { ask, Refusal, serve } from './talk.mjs'

const HEARTBEAT = 100 // ms between two signs of life of the leader
const SILENCE = 800 // ms without one until a node wants an election (up to twice that, by chance)
const PATIENCE = 600 // ms that a node waits for an answer of another

const [me, everyone] = process.argv.slice(2)
const nodes = everyone.split(',')
const others = nodes.filter((node) => node !== me)
const majority = Math.floor(nodes.length / 2) + 1

let role = 'follower'
let leader // whom this node follows, if anybody
// Terms number the elections. A leader of an older term is recognised, and nobody obeys it.
let term = 0
let votedFor // in this term: one vote each, so one leader at most
// The data, and how new they are: of two copies that with the later term, then the higher count wins.
let copy = { term: 0, count: 0, data: {} }
let heard = performance.now() // when the leader was last heard
let confirmed = 0 // when a majority last confirmed this leader
let busy = false
let patience = pickPatience()

serve({
  // What clients ask. Whoever does not lead passes it on to the leader.
  async put({ key, value }) {
    if (role !== 'leader') return passOn('put', { key, value })
    copy = { term, count: copy.count + 1, data: { ...copy.data, [key]: value } }
    report()
    // Says 'stored' only when a majority has it: any later leader then knows of it.
    await agree(copy)
    return { by: me }
  },
  async get({ key }) {
    if (role !== 'leader') return passOn('get', { key })
    const mine = copy
    // Answers only when a majority still obeys: else a newer leader may have newer data.
    await agree(mine)
    return { value: mine.data[key], by: me }
  },

  // What nodes ask each other.
  copy({ from, term: theirs, copy: sent }) {
    if (theirs < term) return { stored: false, term }
    enter(theirs)
    heard = performance.now()
    const news = leader !== from
    role = 'follower'
    leader = from
    if (!isNewer(copy, sent)) copy = sent
    report(news ? `I follow ${from}, leader of term ${term}.` : undefined)
    return { stored: true, term }
  },
  vote({ from, term: theirs, copy: offered, rehearsal }) {
    const quiet = role !== 'leader' && performance.now() - heard > SILENCE
    // Nobody is elected who lacks what a majority has stored.
    const upToDate = !isNewer(copy, offered)
    if (rehearsal) return { granted: quiet && upToDate && theirs > term, term }
    enter(theirs)
    const granted = theirs === term && upToDate && (votedFor ?? from) === from
    if (granted) {
      votedFor = from
      heard = performance.now()
    }
    return { granted, term }
  },
})

function passOn(question, body) {
  if (leader === undefined || leader === me) throw new Refusal(`${me} knows of no leader`)
  return ask(leader, question, body, 2 * PATIENCE)
}

/** Resolves when a majority has this copy and takes this node for its leader. */
async function agree(mine) {
  const sent = { from: me, term, copy: mine }
  if (!(await majoritySays('copy', sent, (answer) => answer.stored))) {
    throw new Refusal(`${me} reaches no majority`)
  }
}

/** Asks all others, and tells whether with this node's own voice a majority says yes. */
function majoritySays(question, body, isYes) {
  let yes = 1
  return new Promise((resolve) => {
    const answers = others.map(async (node) => {
      const answer = await ask(node, question, body, PATIENCE)
      enter(answer.term)
      if (isYes(answer)) yes += 1
      if (yes >= majority) resolve(true)
    })
    Promise.allSettled(answers).then(() => resolve(yes >= majority))
  })
}

/** Learns of a later term: whatever this node was in the earlier one is over. */
function enter(later) {
  if (later <= term) return
  const led = role === 'leader'
  term = later
  votedFor = undefined
  role = 'follower'
  leader = undefined
  if (led) report(`There is a term ${term}, so I lead no more.`)
}

async function campaign() {
  if (leader !== undefined) report(`I hear nothing from ${leader}.`)
  leader = undefined
  report()
  const request = { from: me, term: term + 1, copy }
  // A rehearsal first: whoever is cut off alone wins none, and so never raises the term in vain.
  if (!(await majoritySays('vote', { ...request, rehearsal: true }, (vote) => vote.granted))) return
  if (leader !== undefined || term + 1 !== request.term) return
  enter(request.term)
  votedFor = me
  if (!(await majoritySays('vote', request, (vote) => vote.granted))) return
  if (term !== request.term) return
  role = 'leader'
  leader = me
  confirmed = performance.now()
  copy = { ...copy, term, count: copy.count + 1 }
  report(`A majority voted for me: I lead term ${term}.`)
  await agree(copy).catch(() => {})
}

async function lead() {
  const asked = performance.now()
  await agree(copy)
    .then(() => (confirmed = asked))
    .catch(() => {})
  if (role !== 'leader' || performance.now() - confirmed < SILENCE) return
  role = 'follower'
  leader = undefined
  report('I reach no majority, so I lead no more.')
}

setInterval(async () => {
  if (busy) return
  busy = true
  if (role === 'leader') await lead()
  else if (performance.now() - heard > patience) {
    await campaign()
    patience = pickPatience()
  }
  busy = false
}, HEARTBEAT)

function isNewer(a, b) {
  return a.term > b.term || (a.term === b.term && a.count > b.count)
}

/** Everyone waits for a time of its own, so that mostly one stands for election, not all at once. */
function pickPatience() {
  return SILENCE * (1 + Math.random())
}

let last = ''
/** Prints what this node believes, when that has changed, and what it has to say. */
function report(say) {
  const belief = JSON.stringify({ role, leader, term, data: copy.data })
  if (belief === last && say === undefined) return
  last = belief
  console.log(JSON.stringify({ say, ...JSON.parse(belief) }))
}
report('I am new here, and wait for a leader.')
