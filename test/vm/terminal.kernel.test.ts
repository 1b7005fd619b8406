import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { netrigVmWords, testWith } from './support.js'

// A real terminal, by tmux where there is one.
const test = testWith('tmux')

let folder: string
const tmux = (...args: string[]) =>
  execFileSync('tmux', ['-S', join(folder, 'socket'), ...args], { encoding: 'utf8' })
const type = (...keys: string[]) => tmux('send-keys', '-t', 'one', ...keys)
const screen = () => tmux('capture-pane', '-t', 'one', '-p').trimEnd()

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netrig-tmux-'))
  const shell = 'env PS1="outside>" sh'
  tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'one', '-x', '90', '-y', '30', shell)
  await sees(/^outside>$/m)
})
afterEach(() => {
  tmux('kill-server')
  rmSync(folder, { recursive: true })
})

const sees = (what: RegExp) => expect.poll(screen, { timeout: 15_000, interval: 100 }).toMatch(what)
const vm = (...words: string[]) => `${netrigVmWords.join(' ')} -- ${words.join(' ')}`

test('a shell has a terminal of the right size, job control and Ctrl-C', async () => {
  type(vm('env', 'PS1="inside>"', 'bash', '--norc'), 'Enter')
  await sees(/^inside>$/m)
  type('tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all', 'Enter')
  await sees(/^\/dev\/pts\/\d+\n30 90\nall$/m)
  type('sleep 100', 'Enter')
  await sees(/sleep 100\n*$/)
  type('C-c')
  await sees(/\^C\ninside>$/m)
  type('clear; sleep 100', 'Enter')
  // Until the shell has started it a key is the shell's.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  type('C-z')
  await sees(/Stopped +sleep 100/)
  tmux('resize-window', '-t', 'one', '-x', '70', '-y', '20')
  await expect
    .poll(
      () => {
        type('clear; stty size', 'Enter')
        return screen()
      },
      { timeout: 15_000, interval: 500 },
    )
    .toMatch(/^20 70$/m)
  type('clear; fg', 'Enter')
  await sees(/^sleep 100$/m)
  type('C-c')
  await sees(/\^C\ninside>$/m)
  type('exit 5', 'Enter')
  await sees(/outside>$/)
  type('S=$?; clear; echo was $S; stty -a', 'Enter')
  // The terminal is as it was: lines are edited, keys are echoed.
  await sees(/was 5[\s\S]* icanon [\s\S]* echo /)
})

test('Ctrl-C ends a program as it would outside', async () => {
  type(vm('sleep', '100'), 'Enter')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  type('C-c')
  await sees(/\^C\n*outside>$/)
  type('S=$?; clear; echo status $S', 'Enter')
  await sees(/status 130/)
})

test('Ctrl-C ends a vm in which a program spins and no key is heard any more', async () => {
  const options = '--virtual-time --watchdog off'
  type(
    `${netrigVmWords.join(' ')} ${options} -- sh -c 'echo up; sleep 1; while :; do :; done'`,
    'Enter',
  )
  await sees(/^up$/m)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  type('C-c')
  await sees(/The vm was ended: it took no notice for 5s/)
  await sees(/outside>$/)
  type('clear; stty -a', 'Enter')
  await sees(/ icanon [\s\S]* echo /)
})

test('a full-screen program draws, reads keys and leaves the screen tidy', async () => {
  type(vm('env', 'LESS=', 'less', '/etc/services'), 'Enter')
  await sees(/^\/etc\/services$/m)
  type('/domain', 'Enter')
  await sees(/domain/)
  type('q')
  await sees(/outside>$/)
})

test('output that goes elsewhere is no terminal’s, errors still are', async () => {
  type(`${vm('sh', '-c', "'test -t 0 && ! test -t 1 && test -t 2 && echo right'")} | cat`, 'Enter')
  await sees(/^right$/m)
})

test('when netrig is killed the terminal is put right', async () => {
  type(`${vm('sh', '-c', "'echo up; exec sleep 100'")} & P=$!`, 'Enter')
  await sees(/^(outside>)?up$/m)
  type('kill -9 $P; wait', 'Enter')
  await sees(/Killed/)
  type('clear; stty -a', 'Enter')
  await sees(/ icanon [\s\S]* echo /)
})
