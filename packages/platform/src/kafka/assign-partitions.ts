/** A member of the group, with the partitions it owned until now. */
export interface Member {
  readonly id: string
  readonly owned: readonly number[]
}

/**
 * Gives the partitions 0…count−1 to the members: evenly, and each to its former owner where that keeps it even.
 * Depends on nothing but its arguments, whatever their order.
 */
export function assignPartitions(members: readonly Member[], count: number): Map<string, number[]> {
  const sorted = members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const assigned = new Map<string, number[]>(sorted.map(member => [member.id, []]))
  const free = new Set(Array.from({ length: count }, (_, partition) => partition))
  const most = Math.ceil(count / sorted.length)
  let above = count - sorted.length * (most - 1)
  for (const { id, owned } of sorted) {
    const kept = owned.filter(partition => free.has(partition)).slice(0, above > 0 ? most : most - 1)
    if (kept.length === most) above--
    for (const partition of kept) free.delete(partition)
    assigned.set(id, kept)
  }
  for (const partition of free) {
    const [poorest] = [...assigned.values()].toSorted((a, b) => a.length - b.length)
    poorest!.push(partition)
  }
  return assigned
}
