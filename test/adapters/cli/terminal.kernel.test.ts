import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLab, type Lab } from '../../../src/index.js'

// `netrig exec` typed at a real terminal, by tmux where there is one.
const hasTmux = spawnSync('tmux', ['-V']).status === 0
const main = fileURLToPath(new URL('../../../dist/adapters/cli/main.js', import.meta.url))

let lab: Lab
let folder: string
const tmux = (...args: string[]) =>
  execFileSync('tmux', ['-S', join(folder, 'socket'), ...args], { encoding: 'utf8' })
const type = (...keys: string[]) => tmux('send-keys', '-t', 'one', ...keys)
const screen = () => tmux('capture-pane', '-t', 'one', '-p').trimEnd()
const sees = (what: RegExp) => expect.poll(screen, { timeout: 20_000, interval: 100 }).toMatch(what)

beforeEach(async () => {
  lab = await createLab()
  lab.host('a')
  await lab.start()
  folder = mkdtempSync(join(tmpdir(), 'netrig-tmux-'))
  if (!hasTmux) return
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    'one',
    '-x',
    '90',
    '-y',
    '30',
    'env PS1="outside>" sh',
  )
  await sees(/^outside>$/m)
})

afterEach(async () => {
  if (hasTmux) tmux('kill-server')
  rmSync(folder, { recursive: true })
  await lab.stop()
})

const enter = (...words: string[]) =>
  type([process.execPath, main, 'exec', lab.id, 'a', '--', ...words].join(' '), 'Enter')

test.runIf(hasTmux)('a shell has jobs, Ctrl-C and Ctrl-Z, and the size of the window', async () => {
  enter('env', "PS1='inside>'", 'bash', '--norc')
  await sees(/^inside>$/m)
  // bash would say 'no job control in this shell'
  expect(screen()).not.toMatch(/job control/)
  type('clear; hostname; stty size; test -t 0 && test -t 1 && test -t 2 && echo all', 'Enter')
  await sees(/^a\n30 90\nall$/m)
  type('clear; sleep 7001', 'Enter')
  await running('sleep 7001')
  type('C-c')
  await sees(/\^C\ninside>$/m)
  type('clear; sleep 7002', 'Enter')
  await running('sleep 7002')
  type('C-z')
  await sees(/Stopped +sleep 7002/)
  tmux('resize-window', '-t', 'one', '-x', '70', '-y', '20')
  type('clear; kill %1; trap "clear; stty size" WINCH; stty size', 'Enter')
  await sees(/^20 70$/m)
  type('exit 5', 'Enter')
  await sees(/outside>$/)
  type('S=$?; clear; echo was $S; stty -a', 'Enter')
  // The terminal is as it was: lines are edited, keys are echoed.
  await sees(/was 5[\s\S]* icanon [\s\S]* echo /)
})

test.runIf(hasTmux)('the terminal is given back when the program or its host dies', async () => {
  enter('sleep', '7003')
  await running('sleep 7003')
  await lab.stop()
  await sees(/Killed[\s\S]*outside>$/)
  type('clear; stty -a', 'Enter')
  await sees(/ icanon [\s\S]* echo /)
})

test.runIf(hasTmux)('what is no terminal stays what it is', async () => {
  type(
    `${process.execPath} ${main} exec ${lab.id} a -- sh -c 'test -t 0 && ! test -t 1 && echo seen' | tr a-z A-Z`,
    'Enter',
  )
  await sees(/^SEEN$/m)
})

/** Until a program runs keys are somebody else's. */
async function running(command: string) {
  await expect
    .poll(() => spawnSync('pgrep', ['-fx', command], { encoding: 'utf8' }).stdout, {
      timeout: 20_000,
    })
    .not.toBe('')
}
