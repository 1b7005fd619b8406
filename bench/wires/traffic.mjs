// Packets from one host to another and what became of them, by test/wire/fixture/traffic.c.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = join(dirname(fileURLToPath(import.meta.url)), '../../test/wire/fixture')
const PORT = '4000'
/** Milliseconds of silence after which nothing more is on its way. */
const IDLE = '3000'

/** Compiles the program; `remove` takes it away. */
export function compileTraffic() {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-traffic-'))
  const path = join(folder, 'traffic')
  const done = spawnSync(
    'sh',
    ['-c', `exec "\${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o '${path}' traffic*.c`],
    { cwd: sources, encoding: 'utf8' },
  )
  if (done.status !== 0) throw new Error(`cc traffic: ${done.stderr}`)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * Starts a verb that says when it is ready.
 *
 * @param {any} host
 * @param {string} path
 * @param {...(string | number)} words
 */
export async function ready(host, path, ...words) {
  const child = host.exec(path, words.map(String))
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => String(text).includes('ready') && resolve(undefined))
    child.catch(reject)
  })
  // In an object: a promise that a promise resolves to would be waited for.
  return { child }
}

/**
 * Round trips in milliseconds, one after the other; a lost one is NaN.
 *
 * @param {string} path
 * @param {any} from
 * @param {any} to
 * @param {{ count: number, gap?: number, timeout?: number }} options gap and timeout in milliseconds
 * @returns {Promise<number[]>}
 */
export async function roundTrips(path, from, to, { count, gap = 1, timeout = 10_000 }) {
  const { child: echo } = await ready(to, path, 'udp-echo', 7)
  const words = ['udp-ping', to.address, '7', count, Math.round(gap * 1000), timeout]
  const { stdout } = await from.exec(path, words.map(String))
  echo.kill('SIGKILL')
  await echo.catch(() => undefined)
  return stdout.split('\n').map((line) => Number(line) / 1000)
}

/**
 * Sends numbered datagrams one way.
 *
 * @param {string} path
 * @param {any} from
 * @param {any} to
 * @param {{ count: number, size?: number, gap?: number }} stream gap in microseconds
 * @returns {Promise<{ number: number, delay: number }[]>} in the order of arrival, delays in
 *   milliseconds; `number` is NaN for one with a bit turned over
 */
export async function oneWay(path, from, to, { count, size = 100, gap = 500 }) {
  const { child: collect } = await ready(to, path, 'time-collect', PORT, IDLE)
  const words = ['time-send', to.address, PORT, count, size, gap]
  await from.exec(path, words.map(String))
  collect.kill('SIGUSR1')
  const { stdout } = await collect
  return stdout
    .split('\n')
    .filter((line) => /^(\d+ \d+|bad)$/.test(line))
    .map((line) => line.split(' '))
    .map(([number, delay]) => ({ number: Number(number), delay: Number(delay) / 1e6 }))
}

/**
 * TCP from one host to another, by Reno: bits per second as the receiver got them.
 *
 * @param {string} path
 * @param {any} from
 * @param {any} to
 * @param {number} bytes
 * @param {() => Promise<unknown>} [meanwhile]
 */
export async function tcp(path, from, to, bytes, meanwhile) {
  const { child: sink } = await ready(to, path, 'tcp-sink', PORT)
  const source = from.exec(path, ['tcp-source', to.address, PORT, String(bytes)])
  const [, beside] = await Promise.all([source, meanwhile?.()])
  const [total, , microseconds] = (await sink).stdout.split('\n').at(-1).split(' ').map(Number)
  return { rate: (total * 8) / (microseconds / 1e6), beside }
}
