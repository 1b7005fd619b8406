import { ftruncateSync, writeSync } from 'node:fs'
import { closeFd } from '../ffi/fd.js'
import { Op } from '../sandbox/keeper/protocol.js'
import type { NamesView } from './plan/types.js'
import type { LabState } from './state.js'

/** Writes the contents of /etc/hosts that hosts share, into files which the keeper lends. */
export async function writeViews(state: LabState, views: readonly NamesView[]): Promise<void> {
  for (const { id, content } of views) {
    const fd = state.views.get(id) ?? (await openView(state, id))
    // In place: hosts have this very file bound over their /etc/hosts. Cut to length last: names that stay
    // are there at every moment for who reads it meanwhile.
    const bytes = Buffer.from(content)
    writeSync(fd, bytes, 0, bytes.length, 0)
    ftruncateSync(fd, bytes.length)
  }
}

async function openView(state: LabState, id: number): Promise<number> {
  const { fds } = await state.holder.keeper.request({ op: Op.View, args: [id] })
  const fd = fds[0]
  if (fd === undefined) throw new Error(`the keeper lent no file for names view ${id}`)
  state.views.set(id, fd)
  return fd
}

export function closeViews(state: LabState): void {
  for (const fd of state.views.values()) closeFd(fd)
  state.views.clear()
}
