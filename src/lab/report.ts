import { describeConditions } from '../wire/conditions/index.js'
import { diagram } from './plan/diagram.js'
import type { HostState, LabState } from './state.js'

/** Last lines of a program's output that a report shows. */
const LINES = 8
/** Events that a report shows. */
const EVENTS = 15

/** What a person needs when a test has failed: topology, programs, faults that act, what happened. */
export function labReport(state: LabState): string {
  const parts = [
    `netrig lab '${state.name}' (made at ${state.place})`,
    section('topology', topology(state)),
    section('programs', [...state.hosts.values()].map(programs).filter(Boolean).join('\n')),
    section(
      'faults acting',
      [...state.faults]
        .map((fault) => `${fault.kind} ${fault.label}: ${fault.effect().packets} packets`)
        .join('\n'),
    ),
    section('last events', events(state)),
    state.failure === undefined ? '' : section('the lab itself failed', state.failure.message),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function section(title: string, body: string): string {
  return body === '' ? '' : `${title}:\n${body.replace(/^/gm, '  ')}`
}

function topology(state: LabState): string {
  if (state.plan === undefined) return 'not started'
  const links = new Map<number, string>()
  for (const { declaration, conditions, closed } of state.links) {
    const note = [downNote(closed.size), conditions === undefined ? '' : conditionsNote(conditions)]
    const text = note.filter(Boolean).join(', ')
    if (text !== '') links.set(declaration.id, text)
  }
  const hosts = new Map<string, string>()
  for (const { name, status } of state.hosts.values()) {
    if (status !== 'running') hosts.set(name, status)
  }
  return diagram(state.plan, { links, hosts })
}

type Conditions = NonNullable<LabState['links'][number]['conditions']>

function downNote(closed: number): string {
  return closed === 2 ? 'down' : closed === 1 ? 'down one way' : ''
}

function conditionsNote([to, back]: Conditions): string {
  const [a, b] = [describeConditions(to), describeConditions(back)]
  return a === b ? a : `to the second end ${a || 'nothing'}, back ${b || 'nothing'}`
}

function programs(host: HostState): string {
  return [...host.programs]
    .map((program) => {
      const lines = program.lastLines.slice(-LINES).map((line) => `    | ${line}`)
      return [`${host.name}: ${program.command}  [${program.exitText}]`, ...lines].join('\n')
    })
    .join('\n')
}

function events(state: LabState): string {
  return state.events.all
    .slice(-EVENTS)
    .map(({ time, type, subject, detail }) => {
      const text = `${(time / 1000).toFixed(3).padStart(9)} s  ${type} ${subject}`
      return detail === undefined ? text : `${text}: ${detail}`
    })
    .join('\n')
}
