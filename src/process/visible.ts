import { realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { HIDDEN_FOLDERS, isBelow, outermost } from '../sandbox/ownership.js'

/** A path below one of the folders of which every host has its own. */
function isHidden(path: string): boolean {
  return HIDDEN_FOLDERS.some((folder) => path !== folder && isBelow(path, folder))
}

/** The folder itself, or the file's own folder (the file where that is a hidden folder as a whole). */
function folderOf(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return path
  } catch {
    return undefined
  }
  const folder = dirname(path)
  return isHidden(folder) ? folder : path
}

/** What to show so that `path` exists in a host as on the machine: as it is written, and where links lead. */
function wanted(path: string): string[] {
  const candidates = new Set([path])
  try {
    candidates.add(realpathSync(path))
  } catch {
    return []
  }
  return [...candidates].filter(isHidden).flatMap((one) => folderOf(one) ?? [])
}

/**
 * The machine's folders that a host shows although its own /tmp, /run or /dev/shm hides them. One per
 * life of a host: after a restart the host shows none but those kept from its start.
 */
export class VisibleFolders {
  readonly #shown: Set<string>
  readonly #show: (path: string) => Promise<void>
  readonly #underway = new Map<string, Promise<void>>()
  readonly #known = new Set<string>()

  /**
   * @param keep folders that hosts show from their start on (Ownership.keep)
   * @param show makes one more visible in the running host
   */
  constructor(keep: readonly string[], show: (path: string) => Promise<void>) {
    this.#shown = new Set(keep)
    this.#show = show
  }

  /**
   * The folders that have to be shown before a program can run.
   *
   * @param file the program; looked at only if it is a path
   * @param path the program's PATH, in which the machine may have folders such as /run/wrappers/bin
   * @param script what an interpreter is to run: to people that is the program
   */
  missing(file: string, cwd: string, path: string | undefined, script?: string): string[] {
    const paths = file.includes('/') ? [resolve(cwd, file), cwd] : [cwd, ...pathFolders(path)]
    if (script !== undefined) paths.push(resolve(cwd, script))
    const missing: string[] = []
    for (const one of paths) {
      // What was found visible once stays so: the common case costs no look at the file system.
      if (this.#known.has(one)) continue
      const needs = wanted(one).filter((folder) => !this.#isShown(folder))
      if (needs.length === 0) this.#known.add(one)
      missing.push(...needs)
    }
    return outermost(missing)
  }

  /** Shows folders; those that another program waits for already are not shown twice. */
  async show(folders: readonly string[]): Promise<void> {
    await Promise.all(
      folders.map((folder) => {
        let underway = this.#underway.get(folder)
        if (underway === undefined) {
          underway = this.#show(folder).then(() => {
            this.#shown.add(folder)
          })
          this.#underway.set(folder, underway)
          const done = () => this.#underway.delete(folder)
          underway.then(done, done)
        }
        return underway
      }),
    )
  }

  #isShown(path: string): boolean {
    for (const shown of this.#shown) if (isBelow(path, shown)) return true
    return false
  }
}

function pathFolders(path: string | undefined): string[] {
  if (path === undefined) return []
  return path.split(':').filter((folder) => isAbsolute(folder) && isHidden(folder))
}
