import { readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, sep } from 'node:path'

/** Folders of which every host has its own (HIDDEN in native/keeper/lab.c). */
export const HIDDEN_FOLDERS = ['/tmp', '/run', '/dev/shm'] as const

/** First id of the range that real root's labs live in; as container runtimes' default subuid ranges. */
const TAMED_BASE = 100_000
const TAMED_COUNT = 65_536

/** System folders that are never handed to a lab, whoever's working folder they are. */
const SYSTEM = new Set(
  '/ /bin /boot /dev /etc /home /lib /lib32 /lib64 /media /mnt /opt /proc /root/.ssh /run /sbin /srv /sys /tmp /usr /var'.split(
    ' ',
  ),
)

export interface Ownership {
  readonly tame: number | undefined
  readonly own: readonly string[]
  readonly keep: readonly string[]
}

/** The folder of `paths` that really exist, links followed. */
function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** True when `path` is `folder` or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === sep ? sep : folder + sep)
}

/** True when everybody may pass through a folder. */
function isOpen(path: string): boolean {
  return (statSync(path).mode & 0o001) !== 0
}

/** The topmost folder on the way to `path` that others cannot enter, else undefined. */
function closedAncestor(path: string): string | undefined {
  let found: string | undefined
  for (let at = path; at !== sep; at = dirname(at)) if (!isOpen(at)) found = at
  return found
}

/** Drops folders that lie below others of the list. */
export function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].sort((a, b) => a.length - b.length)
  return unique.filter(
    (path, index) => !unique.slice(0, index).some((other) => isBelow(path, other)),
  )
}

/** True when the range of a tamed lab exists in this process's own user namespace. */
function rangeIsMapped(uidMap: string): boolean {
  return uidMap.split('\n').some((line) => {
    const [inside, , count] = line.trim().split(/\s+/).map(Number)
    if (inside === undefined || count === undefined) return false
    return inside <= TAMED_BASE && inside + count >= TAMED_BASE + TAMED_COUNT
  })
}

/**
 * What of the machine's files a lab's root may use as its owner. An ordinary user's lab has that
 * user's rights and needs nothing. Real root's lab lives in an unprivileged range, where root's files
 * belong to nobody: the working folder, the home folder and the way to Node itself are shown as the lab's
 * own; the rest of the machine stays what it is to any other user.
 */
export function planOwnership(cwd: string): Ownership {
  const folder = real(cwd)
  const node = real(dirname(process.execPath))
  const hidden = [folder, node].filter(
    (path): path is string =>
      path !== undefined && HIDDEN_FOLDERS.some((top) => path !== top && isBelow(path, top)),
  )
  const keep = outermost(hidden)
  if (process.geteuid?.() !== 0 || !rangeIsMapped(readFileSync('/proc/self/uid_map', 'utf8'))) {
    return { tame: undefined, own: [], keep }
  }
  const own: string[] = []
  for (const path of [folder, real(homedir())]) {
    if (path !== undefined) own.push(closedAncestor(path) ?? path)
  }
  const wayToNode = node === undefined ? undefined : closedAncestor(node)
  if (wayToNode !== undefined) own.push(wayToNode)
  return { tame: TAMED_BASE, own: outermost(own.filter((path) => !SYSTEM.has(path))), keep }
}
