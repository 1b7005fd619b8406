import { type Finding, machineFacts, probeMachine, type Report } from '../../kernel/probe/index.js'
import { planOwnership } from '../../sandbox/ownership.js'
import type { Command } from './command.js'
import { readOptions } from './options.js'
import { columns } from './table.js'
import { version } from './version.js'

/** What each kind of file rights means to a person. */
const rights: Readonly<Record<Report['fileRights'], string>> = {
  user: 'A program that is root in a host has the file rights of this user.',
  tamed:
    'A program that is root in a host has an unprivileged uid; folders of yours are shown to it by idmapped mounts.',
  root: "A program that is root in a host has root's file rights here: idmapped mounts are not possible. /proc/sys, /sys and control groups are locked read-only in hosts, other files are not.",
}

function rows(finding: Finding): string[][] {
  const verdict = finding.ok ? 'yes' : finding.needed ? 'NO' : 'no'
  const first = [`  ${verdict}`, finding.name, finding.why]
  return finding.fix === undefined ? [first] : [first, ['', '', `mend: ${finding.fix}`]]
}

/** The report as people read it. */
export function report(found: Report, heading: string): string {
  const missing = found.findings.filter((finding) => finding.needed && !finding.ok)
  const verdict = found.labs
    ? 'Labs run here.'
    : `Labs cannot run here: ${missing.map((finding) => finding.name).join(', ')} must be mended first (docs/doctor.md).`
  const lines = [heading, '', columns(found.findings.flatMap(rows)), '', verdict]
  if (found.labs) lines.push(rights[found.fileRights])
  return lines.join('\n')
}

/** `netrig doctor` */
export const doctor: Command = {
  name: 'doctor',
  synopsis: '[--json]',
  summary: 'says what of this machine netrig can use, why not, and what mends it',
  details: `Tries each thing in namespaces that are gone afterwards; changes nothing.
Exit code 0 when labs can run here, 1 when not.
NO: labs need it. no: netrig does without, as the line says.

  --json   one object: { version, kernel, uid, labs, fileRights, findings }
           finding: { name, ok, needed, why, fix? }`,
  async run(args, around) {
    const { switches } = readOptions(args, { json: 'boolean' }, 0)
    const { tame, own } = planOwnership(around.cwd)
    const found = probeMachine({ tame, folders: tame === undefined ? [] : own })
    const { kernel, uid } = machineFacts()
    around.out(
      switches.has('json')
        ? JSON.stringify({ version: version(), kernel, uid, ...found }, null, 2)
        : report(found, `netrig ${version()} on Linux ${kernel} (${process.arch}), uid ${uid}`),
    )
    return found.labs ? 0 : 1
  },
}
