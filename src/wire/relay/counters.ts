import { readSync } from 'node:fs'
import type { FullStats, Side } from '../engine.js'

/** One direction's record in the shared file: native/relay/counters.h. */
const RECORD_BYTES = 192
/** Records of rules begin behind those of all links there can be. */
export const LINKS_BYTES = 65_536 * 2 * RECORD_BYTES

/**
 * Reads the counters of a link from the file that the relay writes. Nothing is asked of the relay,
 * so this works at any moment, even after it died.
 */
export function readCounters(file: number, link: number): Readonly<Record<Side, FullStats>> {
  const bytes = new Uint8Array(2 * RECORD_BYTES)
  // Past the end of the file is a link that has never been there: zeros.
  readSync(file, bytes, 0, bytes.length, link * bytes.length)
  const view = new DataView(bytes.buffer)
  return { a: decode(view, 0), b: decode(view, RECORD_BYTES) }
}

function decode(view: DataView, offset: number): FullStats {
  const field = (index: number): number => Number(view.getBigUint64(offset + 8 * index, true))
  return {
    packets: field(0),
    bytes: field(1),
    delivered: field(2),
    deliveredBytes: field(3),
    lost: field(4),
    overQueue: field(5),
    down: field(6),
    overMemory: field(7),
    missed: field(8),
    errors: field(9),
    duplicated: field(10),
    corrupted: field(11),
    reordered: field(12),
    overMtu: field(13),
    byRule: field(14),
    droppedByRule: field(15),
    made: field(16),
  }
}
