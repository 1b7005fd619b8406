import { NetrigError } from '../base/errors.js'
import type { ProgramSite } from '../process/site.js'
import { VisibleFolders } from '../process/visible.js'
import type { Container } from '../sandbox/container.js'
import { Lent } from '../sandbox/lent.js'
import { tellKeys } from './capture/active.js'
import { programEnvironment } from './capture/environment.js'
import { requireRunning } from './guard.js'
import { type HostState, interfacesOf, type LabState } from './state.js'

/** @throws NetrigError LAB_STOPPED, LAB_NOT_STARTED, HOST_DOWN */
export function requireHost(lab: LabState, host: HostState, operation: string): Container {
  requireRunning(lab, operation, true)
  const { container, status, name } = host
  if (container !== undefined) return container
  const crashed = status === 'crashed'
  throw new NetrigError(
    crashed ? 'HOST_DOWN' : 'LAB_NOT_STARTED',
    `${operation}: host ${name} is ${crashed ? 'down' : 'declared but not there yet'}.`,
    {
      operation,
      object: name,
      hint: crashed
        ? 'bring it back with `await host.restart()`'
        : 'call `await lab.start()` again',
    },
  )
}

/** The address of a name of the lab as this host sees it; nothing is asked of the machine. */
function resolveName(lab: LabState, host: HostState, name: string): string | undefined {
  const view = lab.plan?.views.find(({ id }) => id === lab.plan?.viewOf.get(host.name))
  for (const line of view?.content.split('\n') ?? []) {
    const [address, ...names] = line.split(/\s+/)
    if (names.includes(name)) return address
  }
  return undefined
}

/** What the programs of one life of a host need to know of it; made again after a crash. */
export function siteOf(lab: LabState, host: HostState, operation: string): ProgramSite {
  const container = requireHost(lab, host, operation)
  if (host.site !== undefined) return host.site
  const { keeper, ownership } = lab.holder
  const hostId = () => {
    requireHost(lab, host, operation)
    if (host.container === container) return container.id
    throw new NetrigError('HOST_DOWN', `host ${host.name} was restarted meanwhile.`, {
      operation,
      object: host.name,
    })
  }
  const lent = new Lent({
    host: host.name,
    keeper,
    hostId,
    resolve: (name) => resolveName(lab, host, name),
    onKeys: (line) => tellKeys(lab.captures, host.name, line),
  })
  host.lent = lent
  host.site = {
    host: host.name,
    keeper,
    hostId,
    lent,
    visible: new VisibleFolders(ownership.keep, (path) => container.show(path)),
    cwd: lab.cwd,
    get env() {
      return programEnvironment(lab, host)
    },
    addresses: () =>
      interfacesOf(lab, host.name).flatMap(({ addresses }) =>
        addresses.map(({ address }) => address),
      ),
    record: ({ type, subject, detail }) => lab.events.add(type, subject, detail),
  }
  return host.site
}
