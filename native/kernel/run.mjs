// Running other programs, and ending with a sentence.
import { spawnSync } from 'node:child_process'

/** Ends the build with a sentence for a person. */
export function fail(sentence) {
  console.error(`netrig: ${sentence}`)
  process.exit(1)
}

/** What a command prints, or undefined when it fails or is not there. */
export function output(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options })
  return done.status === 0 ? done.stdout.trim() : undefined
}

/** Runs a command that has to succeed; what it said is shown when it did not. */
export function must(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.error) fail(`could not run ${command}: ${done.error.message}`)
  if (done.status !== 0) {
    console.error(`${done.stdout}${done.stderr}`.split('\n').slice(-30).join('\n'))
    fail(`${command} ${args.join(' ')} failed with ${done.signal ?? `status ${done.status}`}.`)
  }
  return done.stdout
}
