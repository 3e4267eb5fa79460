import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { StageOutput, StateStore } from '@millrace/core'
import { SeededRandom } from '@millrace/testkit'
import { startLoop, storedCounts } from '../stage/loop-harness.ts'

export const PARTITIONS = 8
const RECORDS = 120
const KEYS = 5
/** Records of a partition in a round. */
export const BATCH = 4

/** What befalls the store in the middle of a round: after it was handled, before it is written. */
export type Incidents = Readonly<Record<number, () => Promise<unknown> | unknown>>

/**
 * Runs a stage that counts the keys of a scripted log, through what befalls its store in the rounds given (counted from
 * 1), to its end. Each output must have been published, with the count that it has by the log; and so must the stored
 * counts be. Answers what the stage noticed, each once, and how many outputs were published again.
 */
export async function countThrough(
  t: TestContext,
  store: StateStore,
  incidents: Incidents,
): Promise<{ noticed: readonly string[]; repeats: number }> {
  const log = scriptedLog(new SeededRandom(7))
  const published = new Map<string, Set<number>>()
  let rounds = 0
  let outputCount = 0
  const publish = async (outputs: readonly StageOutput[]): Promise<void> => {
    await incidents[++rounds]?.()
    outputCount += outputs.length
    for (const output of outputs) noteOutput(published, output)
  }
  const { told, roundUntil } = startLoop(t, { keys: log, store, publish, batchSize: BATCH })
  await roundUntil(() => endsReached(told) === PARTITIONS)
  assert.deepStrictEqual(published, outputsOf(log))
  for (const [partition, keys] of log.entries()) {
    const names = [...new Set(keys)]
    const { counts } = await storedCounts(store, partition, names)
    assert.deepStrictEqual(
      counts,
      names.map(name => keys.filter(key => key === name).length),
    )
  }
  return { noticed: noticedIn(told), repeats: outputCount - PARTITIONS * RECORDS }
}

function noticedIn(told: readonly (readonly unknown[])[]): string[] {
  const noticed = told.map(([what, fact]) => (what === 'retrying' ? `retrying ${fact}` : `${what}`))
  return [...new Set(noticed)].sort()
}

/** Keys of each partition, which no other partition has. */
function scriptedLog(random: SeededRandom): string[][] {
  return Array.from({ length: PARTITIONS }, (_, partition) =>
    Array.from({ length: RECORDS }, () => `${partition}-${random.integer(1, KEYS)}`),
  )
}

function noteOutput(published: Map<string, Set<number>>, { key, value }: StageOutput): void {
  const { offset, count } = value as { offset: number; count: number }
  const place = `${key} at ${offset}`
  published.set(place, (published.get(place) ?? new Set()).add(count))
}

/** What a stage that nothing befalls publishes: for each record, how often its key has come. */
function outputsOf(log: readonly (readonly string[])[]): Map<string, Set<number>> {
  const outputs = log.flatMap(keys =>
    keys.map((key, offset) => {
      const count = keys.slice(0, offset + 1).filter(other => other === key).length
      return [`${key} at ${offset}`, new Set([count])] as const
    }),
  )
  return new Map(outputs)
}

/** How many partitions are written to their end. */
function endsReached(told: readonly (readonly unknown[])[]): number {
  const handled = told
    .filter(([what]) => what === 'handled')
    .map(([, fact]) => fact as { partition: number; newestEventTime: number })
  return new Set(
    handled
      .filter(({ newestEventTime }) => newestEventTime === RECORDS - 1)
      .map(({ partition }) => partition),
  ).size
}
