import { NetrigError } from '../base/errors.js'
import { formatDuration, formatSize } from '../base/format.js'
import { initFailure, lastLines, memoryDeaths, panicReason } from './console.js'
import type { Status } from './status.js'

/** How a vm's kernel ended. */
export interface KernelEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const MORE_MEMORY = 'give it more: --memory 4G, or createVm({ memory: "4GiB" })'

function lost(sentence: string, hint?: string): NetrigError {
  return new NetrigError('VM_LOST', sentence, { operation: 'vm', hint })
}

/** Why a vm's kernel ended though nobody told it to. */
export function whyEnded(end: KernelEnd, lines: readonly string[], memory: number): NetrigError {
  const shown = lines.length === 0 ? '' : ` Its last lines:\n${lastLines(lines)}`
  const dead = memoryDeaths(lines)
  const panic = panicReason(lines)
  if (
    panic?.includes('System is deadlocked on memory') ||
    (panic !== undefined && dead.length > 0)
  ) {
    return lost(`The vm ran out of its memory of ${formatSize(memory)}.${shown}`, MORE_MEMORY)
  }
  if (panic !== undefined) return lost(`The vm's kernel panicked: ${panic}.${shown}`)
  const init = initFailure(lines)
  if (init !== undefined) return lost(`The vm could not make its world: ${init}.${shown}`)
  if (end.signal === 'SIGBUS') {
    return lost(
      `The machine had no memory left for the vm (SIGBUS).${shown}`,
      'free memory of the machine or of the container, or give the vm less: --memory 1G',
    )
  }
  const how = end.signal ?? `exit code ${end.code}`
  return lost(`The vm's kernel ended (${how}).${shown}`)
}

/** What to say of a command that was ended because the vm's memory was used up; undefined if none was. */
export function memorySentence(lines: readonly string[], memory: number): string | undefined {
  const dead = memoryDeaths(lines).at(-1)
  if (dead === undefined) return undefined
  return `the vm ran out of its memory of ${formatSize(memory)}, and its kernel ended '${dead.name}' (pid ${dead.pid}); ${MORE_MEMORY}`
}

/** Why a vm is ended that took no notice of what was to end its command, for so many ms. */
export function unheard(status: Status | undefined, limit: number): NetrigError {
  const who = status === undefined ? 'its kernel' : `'${status.name}' (pid ${status.pid})`
  return new NetrigError(
    'VM_STUCK',
    `The vm was ended: it took no notice for ${formatDuration(limit)} of what was to end the command. In it ${who} computes without waiting for anything.`,
    { operation: 'vm', object: who },
  )
}
