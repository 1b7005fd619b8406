import { type LabEntry, listLabs } from '../../sandbox/registry.js'
import type { Command } from './command.js'
import { readOptions } from './options.js'
import { columns, span } from './table.js'

/** What of a lab `--json` gives. */
function plain(lab: LabEntry): Record<string, unknown> {
  return {
    id: lab.labId,
    name: lab.info?.name ?? null,
    uid: lab.uid,
    runner: lab.runner,
    runnerAlive: lab.runnerAlive,
    kept: lab.info?.kept ?? null,
    startedAt: lab.info?.startedAt ?? null,
    cwd: lab.info?.cwd ?? null,
    hosts: lab.info?.hosts ?? null,
    socket: lab.name,
    ...(lab.silence === undefined ? {} : { silence: lab.silence }),
  }
}

function state(lab: LabEntry): string {
  if (lab.info?.kept) return 'kept'
  return lab.runnerAlive ? 'running' : 'runner gone'
}

function row(lab: LabEntry, now: number): string[] {
  const { info } = lab
  if (info === undefined) {
    return [lab.labId, '?', String(lab.runner), '?', lab.silence ?? '', '']
  }
  const names = info.hosts.map((host) =>
    host.addresses.length === 0 ? host.name : `${host.name} ${host.addresses.join(' ')}`,
  )
  const most = 6
  const shown = names.slice(0, most).join(', ')
  const hosts = names.length > most ? `${shown} and ${names.length - most} more` : shown
  return [lab.labId, info.name, String(lab.runner), span(now - info.startedAt), state(lab), hosts]
}

/** The list as people read it. */
export function listing(labs: readonly LabEntry[], now: number): string {
  if (labs.length === 0) return 'No lab is alive.'
  return columns([
    ['ID', 'NAME', 'RUNNER', 'AGE', 'STATE', 'HOSTS'],
    ...labs.map((lab) => row(lab, now)),
  ])
}

/** `netrig ps` */
export const ps: Command = {
  name: 'ps',
  synopsis: '[--json]',
  summary: 'lists the labs that are alive on this machine',
  details: `RUNNER is the process that made the lab. STATE is running, kept (its test is over and
it waits for you: see netrig exec, netrig clean), or runner gone.

  --json   a list of { id, name, uid, runner, runnerAlive, kept, startedAt, cwd, hosts, socket }`,
  async run(args, around) {
    const { switches } = readOptions(args, { json: 'boolean' }, 0)
    const labs = await listLabs()
    around.out(
      switches.has('json') ? JSON.stringify(labs.map(plain), null, 2) : listing(labs, Date.now()),
    )
    return 0
  },
}
