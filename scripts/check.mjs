// `npm run check`: all that a reviewer would run and that needs neither privileges nor namespaces.
// Every step runs even when one before it failed, so that one run shows everything there is to mend.
//
//   npm run check            all steps
//   npm run check -- lint    only those named
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Biome paints into pipes too when FORCE_COLOR is set, even to 0.
const colors = process.stdout.isTTY ? 'force' : 'off'

/** Steps in the order in which their failures are easiest to read. */
const steps = {
  build: ['node scripts/build.mjs'],
  types: ['tsc -p . --noEmit', 'tsc -p tsconfig.check.json'],
  lint: [`biome ci --error-on-warnings --colors=${colors} .`],
  unit: ['vitest run --project unit'],
  house: ['vitest run --project house'],
  publint: ['publint --strict'],
  // ESM only is a decision: attw's profile for it leaves require() alone.
  attw: ['attw --pack . --profile esm-only'],
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in steps))
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`)
  process.exit(2)
}

const results = []
for (const [name, commands] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const started = performance.now()
  let passed = true
  for (const command of commands) {
    console.log(`\n> ${name}: ${command}`)
    const { status } = spawnSync(command, {
      cwd: root,
      shell: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
    })
    passed = status === 0 && passed
  }
  results.push({ name, passed, seconds: (performance.now() - started) / 1000 })
}

console.log('')
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds.toFixed(1)} s`)
}
const failed = results.filter((result) => !result.passed)
console.log(`check: ${results.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
