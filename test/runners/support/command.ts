import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'

/** How a program ended. */
export interface Outcome {
  readonly code: number | null
  /** What it wrote, both streams as they came. */
  readonly output: string
  readonly pid: number
}

export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds; the runners that are tried here may hang, and this test may not. */
  readonly timeout?: number
}

/** What of this process's environment a runner gets: nothing that says that it runs in another one. */
const PLAIN = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'TERM']

/** The environment of a person at a terminal without colours. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { NO_COLOR: '1' }
  for (const name of PLAIN) if (process.env[name] !== undefined) env[name] = process.env[name]
  // The folder of npm's own commands of this project comes first in a test's PATH.
  env.PATH = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter)
  return { ...env, ...more }
}

/** Runs a program to its end. */
export function command(
  file: string,
  args: readonly string[],
  { cwd, env = plainEnvironment() as Record<string, string>, timeout = 120_000 }: CommandOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, pid: child.pid ?? 0 }))
  })
}
