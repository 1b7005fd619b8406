import { spawnSync } from 'node:child_process'
import { type Host, tcp } from 'netrig'

const PORT = 6379
const SENTINEL_PORT = 26379

/** What this example needs and this machine has not; undefined when it has everything. */
export function whatIsMissing(): string | undefined {
  const programs = ['redis-server', 'redis-sentinel', 'redis-cli']
  const missing = programs.filter(
    (program) => spawnSync(program, ['--version']).error !== undefined,
  )
  if (missing.length === 0) return undefined
  return `${missing.join(', ')} not installed. Debian: apt-get install redis-server redis-sentinel`
}

/** Starts a Redis server that keeps everything in memory. */
export async function startRedis(host: Host, settings: Record<string, string>): Promise<void> {
  const all = {
    port: PORT,
    save: '',
    // Each host has a /tmp of its own.
    dir: '/tmp',
    // Servers on other hosts are to reach it.
    'protected-mode': 'no',
    // Else a master waits 5 s for more replicas before it sends its data to one.
    'repl-diskless-sync-delay': 0,
    ...settings,
  }
  const words = Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)])
  await host.spawn('redis-server', words, { ready: tcp(PORT) }).ready
}

/** Starts a sentinel that watches a master; two sentinels have to agree that it is gone. */
export async function startSentinel(host: Host, master: Host): Promise<void> {
  // A sentinel writes into its own configuration: a file in the host's own /tmp.
  const file = '/tmp/sentinel.conf'
  const input = [
    `port ${SENTINEL_PORT}`,
    'protected-mode no',
    'dir /tmp',
    `sentinel monitor shop ${master.address} ${PORT} 2`,
    'sentinel down-after-milliseconds shop 1000',
    'sentinel failover-timeout shop 3000',
  ].join('\n')
  await host.exec('sh', ['-c', `cat > ${file}`], { input: `${input}\n` })
  await host.spawn('redis-sentinel', [file], { ready: tcp(SENTINEL_PORT) }).ready
  // Redis 7 lets a test shorten the periods that are seconds else; an older one is just slower.
  await sentinel(host, 'DEBUG', 'PUBLISH-PERIOD', '250', 'INFO-PERIOD', '500')
}

/** Asks the Redis on a host, from that host; the answer as redis-cli prints it. */
export async function redis(host: Host, ...command: string[]): Promise<string> {
  return (await host.exec('redis-cli', ['-p', String(PORT), ...command])).stdout
}

/**
 * Writes, and asks how many replicas have that within half a second. In one connection: WAIT is about
 * what its own client wrote.
 */
export async function write(
  host: Host,
  key: string,
  value: string,
): Promise<{ answer: string | undefined; copies: number }> {
  const input = `SET ${key} ${value}\nWAIT 1 500\n`
  const { stdout } = await host.exec('redis-cli', ['-p', String(PORT)], { input })
  const [answer, copies] = stdout.split('\n')
  return { answer, copies: Number(copies) }
}

/** Asks the sentinel on a host, from that host. */
export async function sentinel(host: Host, ...command: string[]): Promise<string> {
  const words = ['-p', String(SENTINEL_PORT), 'SENTINEL', ...command]
  return (await host.exec('redis-cli', words)).stdout
}

/** `master` or `slave`, in Redis' words. */
export async function roleOf(host: Host): Promise<string | undefined> {
  return (await redis(host, 'ROLE')).split('\n')[0]
}
