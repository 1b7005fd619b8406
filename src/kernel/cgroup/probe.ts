import { accessSync, constants, existsSync } from 'node:fs'
import { textOf } from '../../base/text-file.js'

/** What planning asks of the machine; tests give recorded answers, {@link machineProbe} asks the kernel. */
export interface CgroupProbe {
  readonly uid: number
  readonly pid: number
  /** systemd runs the machine and could delegate. */
  readonly systemd: boolean
  /** A file's text, or undefined when it cannot be read. */
  read(path: string): string | undefined
  /** Why a file or folder cannot be written (`EACCES`, `EROFS`, `ENOENT`), or undefined when it can. */
  refusal(path: string): string | undefined
}

/** Asks the running kernel. */
export function machineProbe(): CgroupProbe {
  return {
    uid: process.geteuid?.() ?? 0,
    pid: process.pid,
    // sd_booted(3)
    systemd: existsSync('/run/systemd/system'),
    read: textOf,
    refusal(path) {
      try {
        accessSync(path, constants.W_OK)
        return undefined
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? 'EIO'
      }
    },
  }
}
