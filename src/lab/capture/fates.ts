import { NetrigError } from '../../base/errors.js'
import { closeFd } from '../../ffi/fd.js'
import { socketPair } from '../../ffi/socket.js'
import type { CaptureProgram } from '../../wire/capture/program.js'
import { CaptureOp, InterfaceFlag, texts } from '../../wire/capture/protocol.js'
import type { LabState, LinkState } from '../state.js'
import { filterProgram } from './filter.js'
import { endsOf } from './places.js'

/**
 * Puts into a capture what the relay does to each packet of a link: an interface for each direction, whose
 * packets have it in their comments.
 *
 * @throws NetrigError UNSUPPORTED for a link that the relay does not carry, CAPTURE_FAILED
 */
export async function captureFates(
  state: LabState,
  link: LinkState,
  filter: string,
  ask: CaptureProgram['request'],
): Promise<void> {
  const watch = watcherOf(link)
  const [a, b] = endsOf(link)
  const numbers: number[] = []
  for (const name of [`${a}>${b}`, `${b}>${a}`]) {
    const [number = 0] = await ask({
      op: CaptureOp.Interface,
      args: [0, InterfaceFlag.Own],
      body: texts(name, `what the wire does to packets, link ${link.label}`, filter),
    })
    numbers.push(number)
  }
  const [near, far] = socketPair('seqpacket')
  try {
    await ask({ op: CaptureOp.Fates, args: numbers }, far)
    const body = filterProgram(state, filter, 'link.capture', undefined)
    await ask({ op: CaptureOp.Filter, args: numbers.slice(0, 1), body })
    await watch(near)
  } finally {
    for (const fd of [near, far]) closeFd(fd)
  }
}

/** @throws NetrigError UNSUPPORTED */
export function watcherOf(link: LinkState): (descriptor: number) => Promise<void> {
  const engine = link.cable?.engine
  if (engine?.watch !== undefined) return (fd) => engine.watch!(link.declaration.id, fd)
  throw new NetrigError(
    'UNSUPPORTED',
    `link.capture: link ${link.label} is not carried by the relay, so nobody can tell what becomes of packets.`,
    {
      operation: 'link.capture',
      object: 'fates',
      hint: "give it a condition or a rule first, in a lab with engine: 'relay' where the kernel has netem",
    },
  )
}
