import { LabCgroup, removeStale } from '../kernel/cgroup/index.js'
import { Keeper, newLabId } from './keeper/keeper.js'
import { type Ownership, planOwnership } from './ownership.js'

/** What a lab hangs from: its keeper, its control groups, and how the machine's files are shown. */
export interface Holder {
  readonly keeper: Keeper
  readonly cgroup: LabCgroup | undefined
  readonly ownership: Ownership
  readonly cwd: string
}

let staleRemoved = false
let taken = 0
let spare: { readonly cwd: string; readonly holder: Promise<Holder> } | undefined

async function make(cwd: string): Promise<Holder> {
  if (!staleRemoved) {
    staleRemoved = true
    removeStale()
  }
  const id = newLabId()
  const ownership = planOwnership(cwd)
  const cgroup = LabCgroup.plan(id, { owner: ownership.tame })
  try {
    const keeper = await Keeper.start(id, {
      ...ownership,
      cgroup: cgroup?.unified === undefined ? undefined : `${cgroup.unified}/keeper`,
      remove: cgroup?.directories ?? [],
    })
    // Planned before it was known that there is no tamed root here.
    if (keeper.mapping === 'identity') cgroup?.setOwner(0)
    return { keeper, cgroup, ownership, cwd }
  } catch (error) {
    cgroup?.remove()
    throw error
  }
}

/**
 * A holder for a new lab. The second lab of a process and those after it find one that was made ready
 * while the process was doing something else (see {@link prepareSpare}).
 *
 * @throws NetrigError `USER_NAMESPACES_FORBIDDEN`, `KERNEL`
 */
export async function takeHolder(cwd: string): Promise<Holder> {
  taken += 1
  const ready = spare
  spare = undefined
  if (ready !== undefined) {
    const holder = await ready.holder.catch(() => undefined)
    if (holder?.keeper.alive && ready.cwd === cwd) return holder
    await holder?.keeper.stop()
  }
  return make(cwd)
}

/**
 * Makes a spare holder in the background once a process has shown that it makes more than one lab.
 * It ends with the process, like every lab.
 */
export function prepareSpare(cwd: string): void {
  if (taken < 2 || spare !== undefined) return
  const holder = make(cwd)
  holder.catch(() => undefined)
  spare = { cwd, holder }
}

/** Ends the spare, if there is one: what counts processes and descriptors wants none. */
export async function dropSpare(): Promise<void> {
  const ready = spare
  spare = undefined
  const holder = await ready?.holder.catch(() => undefined)
  await holder?.keeper.stop()
}
