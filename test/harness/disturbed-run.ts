import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, type StageOrder } from '@millrace/core'
import { handbookFeatures, SeededRandom } from '@millrace/testkit'
import { assertStates } from './assert-states.ts'
import { Deployment, TEST_NOW } from './deployment.ts'
import { featureMismatches } from './feature-mismatches.ts'
import { produce, type RawRecord, watermarkRecords } from './raw-topics.ts'
import { readPredictions } from './read-predictions.ts'
import { rawRecordOf } from './replay.ts'
import type { ServiceName } from './service-process.ts'

/** What goes wrong after a slice of the events has been produced. */
export type Trouble = (deployment: Deployment, slice: number, random: SeededRandom) => Promise<void>

export interface DisturbedRunOptions {
  readonly seed: number
  readonly trouble: Trouble
  /** Default: one of each service, and a second feature builder. */
  readonly services?: readonly ServiceName[]
  readonly sessionTimeoutMs: number
  /** Default `strict`. Under `arrival` the features of an event depend on what came before it, the states do not. */
  readonly order?: StageOrder
  /** What producers make of the records of a slice. Default: they come once, in order. */
  readonly deliver?: Delivery
}

/** The records of a slice as they are delivered. */
export type Delivery = (records: readonly RawRecord[], random: SeededRandom) => readonly RawRecord[]

const SLICES = 12
const SERVICES: readonly ServiceName[] = [
  'ingestor',
  'feature-builder',
  'feature-builder',
  'scorer',
  'drift-monitor',
]

/**
 * Streams 45 days of events through the services in slices, with trouble in between, and checks that all came out as
 * if nothing had happened: every prediction, every feature, every state.
 */
export async function runDisturbed(t: TestContext, options: DisturbedRunOptions): Promise<Deployment> {
  const { seed, services = SERVICES, sessionTimeoutMs, order = 'strict' } = options
  const start = TEST_NOW - days(60)
  const events = [...simulate({ seed, customers: 200, terminals: 400, start, days: 45 })]
  const deployment = await Deployment.start(t, { order, sessionTimeoutMs })
  await deployment.run(...services)
  await streamSlices(deployment, events, options)
  await assertPredictions(deployment, events, order)
  await (order === 'strict' ? deployment.settled() : deployment.drained())
  const times = [20, 30, 40, 45].map(day => start + days(day))
  await assertStates(deployment, events, { times, order })
  return deployment
}

async function streamSlices(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  { seed, trouble, deliver = records => records }: DisturbedRunOptions,
): Promise<void> {
  const random = new SeededRandom(seed)
  const partitions = deployment.rawPartitions
  const rawTopics = deployment.pipeline.events.map(event => event.topic)
  const length = Math.ceil(events.length / SLICES)
  for (let slice = 0; slice < SLICES; slice++) {
    const part = events.slice(slice * length, (slice + 1) * length)
    const next = events[(slice + 1) * length]
    const watermark =
      next === undefined ? 'end' : next.type === 'label' ? next.event.knownAt : next.event.occurredAt
    const marks = rawTopics.flatMap(topic => watermarkRecords(topic, partitions, watermark))
    const records = part.map(event => rawRecordOf(event, partitions))
    await produce(deployment.kafka, [...deliver(records, random), ...marks])
    await trouble(deployment, slice, random)
    await delay(random.integer(0, 1_000))
  }
}

/** Every transaction has its prediction, and no other; under strict order with the features of a batch computation. */
async function assertPredictions(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  order: StageOrder,
): Promise<void> {
  const transactions = events.flatMap(item => (item.type === 'transaction' ? [item.event] : []))
  const labels = events.flatMap(item => (item.type === 'label' ? [item.event] : []))
  const predictions = await readPredictions(deployment, transactions.length)
  const ids = transactions.map(({ transactionId }) => transactionId)
  assert.deepEqual([...predictions.keys()].sort(), ids.sort())
  if (order === 'arrival') return
  const mismatches = featureMismatches(predictions, transactions, handbookFeatures(transactions, labels))
  assert.deepEqual(mismatches.slice(0, 20), [], `${mismatches.length} mismatches`)
}
