import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import { Deployment, TEST_NOW } from '../test/harness/deployment.ts'
import { produce } from '../test/harness/raw-topics.ts'
import { rawRecordOf } from '../test/harness/replay.ts'

/** Runs `work` with card fraud on a local stack of its own, which ends with it. */
export async function withDeployment(work: (deployment: Deployment) => Promise<void>): Promise<void> {
  const cleanups: (() => Promise<void>)[] = []
  const deployment = await Deployment.start(
    { after: cleanup => void cleanups.push(cleanup) },
    { order: 'arrival' },
  )
  try {
    await work(deployment)
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}

/** Transactions and their labels in the order of their event times, about 3,800 a day after the first week, all past. */
export function simulateDays(count: number): readonly SimulatedEvent[] {
  const start = TEST_NOW - days(Math.max(90, count + 1))
  return [...simulate({ seed: 1, customers: 1_000, terminals: 2_000, start, days: count })]
}

/** Writes events to the raw topics. */
export async function produceEvents(
  { kafka, rawPartitions }: Deployment,
  events: readonly SimulatedEvent[],
): Promise<void> {
  await produce(
    kafka,
    events.map(event => rawRecordOf(event, rawPartitions)),
  )
}

export function countTransactions(events: readonly SimulatedEvent[]): number {
  return events.filter(({ type }) => type === 'transaction').length
}
