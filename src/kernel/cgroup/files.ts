import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { NetrigError } from '../../base/errors.js'
import { textOf } from '../../base/text-file.js'

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO'
}

/** Makes a group; one that is there already is kept. */
export function makeGroup(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw new NetrigError('KERNEL', `The control group ${folder} could not be made.`, {
      operation: 'mkdir',
      object: folder,
      errno: errnoOf(error),
      cause: error,
    })
  }
}

/** Writes a value into a group's file. */
export function writeControl(file: string, value: string): void {
  try {
    writeFileSync(file, value)
  } catch (error) {
    throw new NetrigError('KERNEL', `The kernel refused '${value}' for ${file}.`, {
      operation: 'write',
      object: file,
      errno: errnoOf(error),
      cause: error,
    })
  }
}

/** Writes a value; what the kernel says against it (`EBUSY`), or undefined when it is written. */
export function refusalOf(file: string, value: string): string | undefined {
  try {
    writeFileSync(file, value)
    return undefined
  } catch (error) {
    return errnoOf(error)
  }
}

/** Writes a value; false, with nothing said, where the file is missing or refuses. */
export function tryControl(file: string, value: string): boolean {
  return refusalOf(file, value) === undefined
}

/** A group's file, or undefined where there is none. */
export const readControl = textOf

/** The value of a key in a file of `key value` lines (cgroup.events, memory.events, cpu.stat). */
export function readKey(file: string, key: string): number | undefined {
  const match = new RegExp(`^${key} (\\d+)$`, 'm').exec(readControl(file) ?? '')
  return match === null ? undefined : Number(match[1])
}

/**
 * Removes a group and all below it, as far as they are empty: a group with a process is EBUSY. What
 * is not there counts as gone.
 *
 * @returns whether the folder is gone
 */
export function removeGroup(folder: string, depth = 0): boolean {
  if (tryRemove(folder) || depth > 16) return tryRemove(folder)
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeGroup(`${folder}/${entry.name}`, depth + 1)
    }
  } catch {
    // gone meanwhile, or not ours: the last try below tells
  }
  return tryRemove(folder)
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return errnoOf(error) === 'ENOENT'
  }
}
