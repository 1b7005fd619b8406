import type { LabInfo } from '../sandbox/lab-info.js'
import { interfacesOf, type LabState } from './state.js'

/** Tells the supervisor what `netrig ps` and `netrig exec` may know of the lab. */
export function publishInfo(state: LabState): void {
  const info: LabInfo = {
    id: state.holder.keeper.id,
    name: state.name,
    pid: process.pid,
    startedAt: state.startedAt,
    cwd: state.cwd,
    kept: state.kept,
    hosts: [...state.hosts.values()].map(({ name, kind }) => ({
      name,
      kind,
      addresses: interfacesOf(state, name).flatMap(({ addresses }) =>
        addresses.map(({ address }) => address),
      ),
    })),
  }
  state.holder.keeper.setInfo(info)
}
