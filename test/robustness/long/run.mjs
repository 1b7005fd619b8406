import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

/**
 * Runs one of the robustness tests for longer than the suite does: settings come by the environment, figures
 * by a file of JSON.
 */
export function longRun(test, name, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-long-'))
  const table = join(folder, `${test}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = ['run', '--project', 'kernel', `test/robustness/${test}`, '-t', name]
  const { status } = spawnSync(process.execPath, [vitest, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...settings, NETRIG_TABLE: table },
  })
  const figures = existsSync(table) ? JSON.parse(readFileSync(table, 'utf8')) : undefined
  rmSync(folder, { recursive: true })
  return { status: status ?? 1, figures }
}
