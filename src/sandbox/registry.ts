import { existsSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetrigError } from '../base/errors.js'
import { nearest } from '../base/suggest.js'
import { connectAbstract } from '../ffi/abstract.js'
import { type LabSocket, parseLabSockets } from '../kernel/cgroup/alive.js'
import { type LabInfo, parseLabInfo } from './lab-info.js'

/** A lab that is alive on this machine. */
export interface LabEntry extends LabSocket {
  /** What its runner told it of itself; undefined for another user's lab, or one that does not answer. */
  readonly info: LabInfo | undefined
  /** Why there is no `info`. */
  readonly silence: string | undefined
  /** The process that made it is alive. */
  readonly runnerAlive: boolean
}

/** Milliseconds for a lab to answer; its supervisor does nothing else. */
const patience = 2000
/** Milliseconds for a lab to end: processes in a hung file system can take long to die. */
const endPatience = 20_000

/** Says one line to a lab and reads until it closes. */
async function ask(name: string, line: string, timeout: number): Promise<string> {
  const socket = new Socket({ fd: connectAbstract(name), readable: true, writable: true })
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${timeout} ms`)), timeout)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
    // Not end(): a lab that is told nothing more by a closed half might take it for a hang-up.
    socket.write(`${line}\n`)
  })
}

/** What a lab tells of itself, or in words why it does not. */
async function infoOrReason(name: string, timeout: number): Promise<LabInfo | string> {
  try {
    const text = await ask(name, 'info', timeout)
    if (text === '') return 'ready for a test, not yet in use'
    return parseLabInfo(text) ?? `says '${text.slice(0, 80).trim()}'`
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * What a lab's runner told of it.
 *
 * @param name the socket's, without the leading NUL
 * @param timeout milliseconds
 * @throws NetrigError `KEEPER_LOST` when the lab does not answer, or closes the door (another user's)
 */
export async function requestInfo(name: string, timeout = patience): Promise<LabInfo> {
  const info = await infoOrReason(name, timeout)
  if (typeof info !== 'string') return info
  throw new NetrigError('KEEPER_LOST', `The lab at ${name} tells nothing of itself: ${info}.`, {
    operation: 'registry.info',
    object: name,
  })
}

/**
 * Ends a lab and returns when all of it is gone: its supervisor holds our connection until it exits.
 *
 * @param timeout milliseconds
 * @throws NetrigError `TIMEOUT` when it is still there then
 */
export async function endLab(name: string, timeout = endPatience): Promise<void> {
  const end = performance.now() + timeout
  try {
    await ask(name, 'end', timeout)
  } catch {
    // Its end may reset the connection. Whether it is gone is asked below.
  }
  while (labSockets().some((lab) => lab.name === name)) {
    if (performance.now() > end) {
      throw new NetrigError('TIMEOUT', `The lab at ${name} is still there after ${timeout} ms.`, {
        operation: 'registry.end',
        object: name,
        hint: 'a process of it may hang in the kernel: `ps -eo pid,stat,wchan,args | grep " D"`',
      })
    }
    await sleep(5)
  }
}

/** The labs' sockets in this network namespace. */
export function labSockets(): LabSocket[] {
  return parseLabSockets(readFileSync('/proc/net/unix', 'utf8'))
}

/** All labs alive, other users' too, in the order of their runners. */
export async function listLabs(): Promise<LabEntry[]> {
  const sockets = labSockets().sort((a, b) => a.runner - b.runner)
  return await Promise.all(sockets.map(describe))
}

async function describe(socket: LabSocket): Promise<LabEntry> {
  const runnerAlive = existsSync(`/proc/${socket.runner}`)
  const uid = process.geteuid?.() ?? 0
  if (uid !== 0 && uid !== socket.uid) {
    return { ...socket, info: undefined, silence: `of uid ${socket.uid}`, runnerAlive }
  }
  const info = await infoOrReason(socket.name, patience)
  return typeof info === 'string'
    ? { ...socket, info: undefined, silence: info, runnerAlive }
    : { ...socket, info, silence: undefined, runnerAlive }
}

/**
 * Finds a lab by its name or its id, or by the beginning of its id.
 *
 * @throws NetrigError `INVALID_NAME` when there is none, or more than one
 */
export async function findLab(nameOrId: string): Promise<LabEntry> {
  const labs = await listLabs()
  const exact = labs.filter((lab) => lab.labId === nameOrId || lab.info?.name === nameOrId)
  const found =
    exact.length > 0 || !/^[0-9a-f]{4,}$/.test(nameOrId)
      ? exact
      : labs.filter((lab) => lab.labId.startsWith(nameOrId))
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    const ids = found.map((lab) => lab.labId).join(', ')
    throw new NetrigError('INVALID_NAME', `${found.length} labs are named '${nameOrId}'.`, {
      object: nameOrId,
      hint: `name one by its id: ${ids}`,
    })
  }
  const names = labs.flatMap((lab) => [
    lab.labId,
    ...(lab.info === undefined ? [] : [lab.info.name]),
  ])
  const meant = nearest(nameOrId, names)
  throw new NetrigError('INVALID_NAME', `No lab '${nameOrId}' is alive.`, {
    object: nameOrId,
    hint:
      meant === undefined
        ? '`netrig ps` lists those that are; a lab outlives its test only with keep'
        : `did you mean '${meant}'?`,
  })
}
