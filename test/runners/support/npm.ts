import { command } from './command.js'

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** Runs npm, with no script of any package. */
export async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const env: Record<string, string> = {}
  // npm's settings of the machine (registry, proxy, cache) stay; those of the script that runs us do not.
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(npm_(?!config_)|VITEST|NODE_ENV|NODE_OPTIONS)/.test(name)) continue
    if (value !== undefined) env[name] = value
  }
  const { code, output } = await command('npm', [...args, ...QUIET], { cwd, env, timeout: 240_000 })
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed with ${code}:\n${output}`)
}
