import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { assignPartitions, type Member } from '../../src/kafka/assign-partitions.ts'

type Assigned = ReadonlyMap<string, readonly number[]>

const membersOf = (assigned: Assigned): Member[] => [...assigned].map(([id, owned]) => ({ id, owned }))

/** How many partitions have another owner than before. */
function moved(before: Assigned, after: Assigned): number {
  return [...after].flatMap(([id, partitions]) =>
    partitions.filter(partition => !before.get(id)?.includes(partition)),
  ).length
}

function isFairAndWhole(assigned: Assigned, count: number): void {
  const partitions = [...assigned.values()].flat().toSorted((a, b) => a - b)
  assert.deepStrictEqual(
    partitions,
    Array.from({ length: count }, (_, partition) => partition),
  )
  const sizes = [...assigned.values()].map(owned => owned.length)
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `sizes ${sizes}`)
}

test('whatever the members owned, every partition is assigned once and evenly', async () => {
  await forEachSeed(300, random => {
    const count = random.integer(0, 12)
    const members = Array.from({ length: random.integer(1, 6) }, (_, i) => ({
      id: `member-${i}`,
      owned: Array.from({ length: 14 }, (_, partition) => partition).filter(() => random.chance(0.3)),
    }))
    const assigned = assignPartitions(members, count)
    isFairAndWhole(assigned, count)
    assert.deepStrictEqual(assignPartitions(members.toReversed(), count), assigned)
  })
})

test('nothing moves while the members stay', async () => {
  await forEachSeed(100, random => {
    const members = Array.from({ length: random.integer(1, 5) }, (_, i) => ({ id: `member-${i}`, owned: [] }))
    const count = random.integer(1, 12)
    const assigned = assignPartitions(members, count)
    assert.equal(moved(assigned, assignPartitions(membersOf(assigned), count)), 0)
  })
})

test('from one member to three to two, no more partitions move than must', () => {
  const one = assignPartitions([{ id: 'a', owned: [] }], 12)
  const three = assignPartitions([...membersOf(one), { id: 'b', owned: [] }, { id: 'c', owned: [] }], 12)
  isFairAndWhole(three, 12)
  assert.equal(moved(one, three), 8)
  const two = assignPartitions(
    membersOf(three).filter(({ id }) => id !== 'b'),
    12,
  )
  isFairAndWhole(two, 12)
  assert.equal(moved(three, two), 4)
})
