import assert from 'node:assert/strict'
import type { SimulatedEvent } from '@millrace/card-fraud/simulator'
import type { StageOrder } from '@millrace/core'
import type { Deployment } from './deployment.ts'
import { expectedStates, storedStates } from './expected-states.ts'

interface StatesOptions {
  /** When the states are evaluated (epoch ms of event time). */
  readonly times: readonly number[]
  readonly order: StageOrder
}

/** Every state has counted each event once. */
export async function assertStates(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  { times, order }: StatesOptions,
): Promise<void> {
  const expected = expectedStates(deployment.pipeline, events, times)
  const stored = await storedStates(deployment, expected.keys(), times)
  if (order === 'strict') assert.deepEqual(stored, expected)
  else assert.deepEqual(withoutRecent(stored), withoutRecent(expected))
}

/** How many ids of late events a state still keeps depends on the order in which they came. */
function withoutRecent(states: ReadonlyMap<string, number[][]>): Map<string, number[][]> {
  return new Map([...states].map(([name, rows]) => [name, rows.map(row => row.slice(0, -1))]))
}
