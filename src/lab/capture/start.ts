import { openCaptureFile } from '../../wire/capture/file.js'
import { requireRunning } from '../guard.js'
import { requireHost } from '../site.js'
import { type HostState, interfacesOf, type LabState, type LinkState } from '../state.js'
import { Capture } from './capture.js'
import { captureFates, watcherOf } from './fates.js'
import {
  type CaptureOptions,
  type LinkCaptureOptions,
  type PlaceCaptureOptions,
  readCaptureOptions,
  wrong,
} from './options.js'
import { checkNames, endsOf, LOOPBACK, placesOfHost, placesOfLab, placesOfLink } from './places.js'
import { CaptureRun } from './run.js'

/** @throws NetrigError INVALID_OPTION, INVALID_FILTER, CAPTURE_FAILED, LAB_NOT_STARTED, LAB_STOPPED */
export async function captureHost(
  state: LabState,
  host: HostState,
  options: PlaceCaptureOptions,
): Promise<Capture> {
  const operation = 'host.capture'
  const settings = readCaptureOptions(options, operation, true)
  // One that has crashed may be listened to: it can come back.
  if (host.status !== 'crashed') requireHost(state, host, operation)
  requireRunning(state, operation, true)
  const wanted = settings.interfaces
  const names = interfacesOf(state, host.name).map(({ name }) => name)
  checkNames(wanted, [...names, LOOPBACK], operation)
  const subject = {
    operation,
    name: host.name,
    comment: `host ${host.name} of lab '${state.name}'`,
    places: () => placesOfHost(state, host, wanted),
    hosts: () => [host],
  }
  const open = () => openCaptureFile(options.file, operation)
  return new Capture(await CaptureRun.start(state, subject, settings, open))
}

/** @throws NetrigError INVALID_OPTION, INVALID_FILTER, CAPTURE_FAILED, LAB_NOT_STARTED, LAB_STOPPED */
export async function captureLink(
  state: LabState,
  link: LinkState,
  options: LinkCaptureOptions,
): Promise<Capture> {
  const operation = 'link.capture'
  const { fates = false, ...others } = options ?? {}
  const settings = readCaptureOptions(others, operation, true)
  if (typeof fates !== 'boolean') throw wrong(operation, 'fates', 'is to be true or false')
  requireRunning(state, operation, true)
  if (fates) watcherOf(link)
  const wanted = settings.interfaces
  const ends = endsOf(link)
  checkNames(wanted, ends, operation)
  const subject = {
    operation,
    name: link.label,
    comment: `link ${link.label} of lab '${state.name}'`,
    places: () => placesOfLink(state, link, wanted),
    hosts: () => ends.flatMap((name) => state.hosts.get(name) ?? []),
  }
  const open = () => openCaptureFile(options.file, operation)
  const run = await CaptureRun.start(state, subject, settings, open)
  if (fates) await run.add((ask) => captureFates(state, link, settings.filter, ask))
  return new Capture(run)
}

/** @throws NetrigError INVALID_OPTION, INVALID_FILTER, CAPTURE_FAILED, LAB_STOPPED */
export async function captureLab(state: LabState, options: CaptureOptions): Promise<Capture> {
  const operation = 'lab.capture'
  const settings = readCaptureOptions(options, operation, false)
  requireRunning(state, operation, false)
  const subject = {
    operation,
    name: state.name,
    comment: `lab '${state.name}'`,
    places: () => placesOfLab(state),
    hosts: () => [...state.hosts.values()],
  }
  const open = () => openCaptureFile(options.file, operation)
  return new Capture(await CaptureRun.start(state, subject, settings, open))
}
