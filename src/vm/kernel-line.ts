import type { VmPlan } from './options.js'

/** Descriptor of the status page, as native/vm/boot hands it on. */
const STATUS_FD = 3

/** A word of the kernel's command line, in quotes where it has blanks (lib/cmdline.c, next_arg). */
function word(name: string, value: string): string {
  return /\s/.test(value) ? `${name}="${value}"` : `${name}=${value}`
}

/** A path in the environment of the vm's PID 1, which reads %20 as a blank. */
function encoded(path: string): string {
  return [...Buffer.from(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[\w./-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

/** The command line of netrig's kernel for a vm. */
export function kernelLine(plan: VmPlan, name: string, init: string): string[] {
  const line = [
    `mem=${Math.floor(plan.memory / 2 ** 20)}M`,
    ...['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw'],
    word('init', init),
    `netrig_listen=${name}`,
    `netrig_status=${STATUS_FD}`,
    ...['con=null', 'ssl=null', 'loglevel=5', 'panic=-1', 'oops=panic'],
    // Devices that these drivers make for old times' sake.
    ...['dummy.numdummies=0', 'ifb.numifbs=0', 'bonding.max_bonds=0'],
  ]
  if (plan.time !== undefined) {
    line.push(plan.time === 'full' ? 'time-travel=inf-cpu' : 'time-travel', 'NETRIG_VIRTUAL=1')
    if (plan.clock !== undefined) line.push(`time-travel-start=${plan.clock}`)
  }
  if (plan.seed !== undefined) {
    line.push('norandmaps', `netrig_seed=${plan.seed}`, 'NETRIG_FROZEN=1')
    if (plan.out !== undefined) line.push(`NETRIG_OUT=${encoded(plan.out)}`)
  }
  return line
}
