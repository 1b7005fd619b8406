// Judges what happened, from records alone: nothing here knows which version of the store ran.

/**
 * Finds answers that cannot be right, whatever the order in which the store did things.
 *
 * A request is `{ client, operation: 'put' | 'get', node, key, value, ok, start, end, healed }`. The
 * times enclose the request, so what is called a fault here is one: a write that was acknowledged before
 * a read began has to show in it, unless a later write replaced it. Each value is written once only,
 * so that a value tells which write it is from.
 */
export function findFaults(history) {
  const faults = new Map()
  for (const read of history) {
    if (read.operation !== 'get' || !read.ok) continue
    const writes = history.filter(({ operation, key }) => operation === 'put' && key === read.key)
    const shown = writes.find(({ value }) => value === read.value)
    if (shown === undefined && read.value !== undefined) {
      faults.set(read, { kind: 'invented value', read })
      continue
    }
    // A write that was not acknowledged may still come to pass, so it is never over.
    const over = shown === undefined ? -Infinity : shown.ok ? shown.end : Infinity
    const missed = writes.filter(
      (write) => write.ok && write.end < read.start && over < write.start,
    )
    const write = missed.at(-1)
    if (write === undefined) continue
    // While the network is cut an old value is stale: the new one exists. When all nodes are together
    // again and agree on the old one, the new one is gone.
    if (read.healed) faults.set(write, { kind: 'lost write', read, write })
    else faults.set(read, { kind: 'stale read', read, write })
  }
  return [...faults.values()]
}

/**
 * Finds two nodes that led at the same time in the same term, from beliefs `{ time, node, role, term }`
 * in their order. (In different terms it is no fault: the older leader is one that does not know
 * yet, and nobody obeys it.)
 */
export function findTwoLeaders(beliefs) {
  const leading = new Map()
  for (const { time, node, role, term } of beliefs) {
    if (role !== 'leader') {
      leading.delete(node)
      continue
    }
    leading.set(node, term)
    for (const [other, otherTerm] of leading) {
      if (other !== node && otherTerm === term) {
        return [{ kind: 'split brain', time, nodes: [other, node].sort() }]
      }
    }
  }
  return []
}
