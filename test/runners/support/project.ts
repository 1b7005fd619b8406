import { chmodSync, cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../house/support/files.js'
import { type CommandOptions, command, type Outcome, plainEnvironment } from './command.js'
import { npm } from './npm.js'
import { tarball } from './tarball.js'

/** A small project of somebody else, which installed the packed package and a test runner. */
export class Project {
  readonly folder: string
  readonly #nodes = new Map<number, string>()

  private constructor(folder: string) {
    this.folder = folder
  }

  /**
   * Lays the project out and installs into it from the registry.
   *
   * @param files the folder of projects/ that is copied
   * @param packages what npm installs beside the package itself
   */
  static async make(files: string, packages: readonly string[]): Promise<Project> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netrig-runners-')))
    const project = new Project(folder)
    try {
      // Whoever runs the tests, their runners read it.
      chmodSync(folder, 0o755)
      cpSync(join(root, 'test/runners/projects', files), folder, { recursive: true })
      writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
      writeFileSync(join(folder, 'netrig.tgz'), await tarball())
      await npm(folder, 'install', './netrig.tgz', ...packages)
      return project
    } catch (error) {
      project.remove()
      throw error
    }
  }

  /**
   * A Node of this major version: the one that runs us, or one from the registry.
   */
  async node(major: number): Promise<string> {
    if (process.versions.node.startsWith(`${major}.`)) return process.execPath
    const known = this.#nodes.get(major)
    if (known !== undefined) return known
    const name = `node-linux-${process.arch}`
    // Under a name of its own: npm's `bin` of it would come before the Node that runs npm.
    await npm(this.folder, 'install', '--no-bin-links', `node${major}@npm:${name}@${major}`)
    const node = join(this.folder, 'node_modules', `node${major}`, 'bin/node')
    this.#nodes.set(major, node)
    return node
  }

  /** Runs a program of the project. */
  async run(
    node: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const options: CommandOptions = {
      cwd: this.folder,
      env: plainEnvironment(env) as Record<string, string>,
    }
    return command(node, args, options)
  }

  /** Runs the project's own `netrig`. */
  async netrig(...args: readonly string[]): Promise<Outcome> {
    return this.run(process.execPath, ['node_modules/netrig/dist/adapters/cli/main.js', ...args])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
