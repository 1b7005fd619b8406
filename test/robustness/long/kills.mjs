// By hand: kills the runner at 100 random moments and shows how long each lab took to vanish.
//
//   node test/robustness/long/kills.mjs [ROUNDS]
import { longRun } from './run.mjs'

const rounds = Number(process.argv[2] ?? 100)
const { status, figures } = longRun('killed-runner', 'a runner that is killed', {
  NETRIG_KILLS: String(rounds),
})
if (figures !== undefined) print(figures)
process.exit(status)

function print({ rounds, source }) {
  console.log(`limits by cgroup: ${JSON.stringify(source)}\n`)
  const moments = grouped(rounds)
  console.log('moment        kills  median ms  longest ms  left')
  const line = (name, times, left) =>
    console.log(
      name.padEnd(14),
      String(times.length + left).padStart(4),
      at(times, 0.5).padStart(10),
      at(times, 1).padStart(11),
      String(left).padStart(5),
    )
  for (const [moment, some] of moments) line(moment, ...split(some))
  line('all', ...split(rounds))
  const dying = rounds.map(({ dying }) => dying).sort((a, b) => a - b)
  console.log(
    `\nthe kernel took ${at(dying, 0.5)} ms (at most ${at(dying, 1)}) to kill the runner itself`,
  )
  for (const { moment, time, last } of rounds) {
    if (time > 500)
      console.log(`\n${moment}: ${time.toFixed(0)} ms, last were\n  ${last.join('\n  ')}`)
  }
}

function split(rounds) {
  const times = rounds.filter(({ left }) => left.length === 0).map(({ time }) => time)
  return [times.sort((a, b) => a - b), rounds.length - times.length]
}

function at(times, share) {
  return times.length === 0 ? '-' : times[Math.ceil((times.length - 1) * share)].toFixed(0)
}

function grouped(rounds) {
  const found = new Map()
  for (const round of rounds) found.set(round.moment, [...(found.get(round.moment) ?? []), round])
  return found
}
