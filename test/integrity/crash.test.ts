import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, seconds } from '@millrace/core'
import { handbookFeatures, SeededRandom } from '@millrace/testkit'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { expectedStates, storedStates } from '../harness/expected-states.ts'
import { featureMismatches } from '../harness/feature-mismatches.ts'
import { produce, watermarkRecords } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { rawRecordOf } from '../harness/replay.ts'
import { SERVICES } from '../harness/service-process.ts'

const SEEDS = Number(process.env['INTEGRITY_SEEDS'] ?? 1)
const SESSION_MS = seconds(6)
const SLICES = 12

/** What goes wrong while the slices of a run stream in. */
type Trouble = (deployment: Deployment, slice: number, random: SeededRandom) => Promise<void>

const troubles: Readonly<Record<string, Trouble>> = {
  'every service in turn is killed with SIGKILL': killInTurn,
  'a feature builder sleeps beyond its session and wakes up': sleepBeyondSession,
  'Redis is killed and loses its last second': loseLastSecond,
}

for (const [words, trouble] of Object.entries(troubles)) {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`nothing is lost or counted twice when ${words} (seed ${seed})`, async t => {
      await runWithTrouble(t, seed, trouble)
    })
  }
}

async function runWithTrouble(t: TestContext, seed: number, trouble: Trouble): Promise<void> {
  const start = TEST_NOW - days(60)
  const events = [...simulate({ seed, customers: 200, terminals: 400, start, days: 45 })]
  const deployment = await Deployment.start(t, { order: 'strict', sessionTimeoutMs: SESSION_MS })
  await deployment.run('ingestor', 'feature-builder', 'feature-builder', 'scorer', 'drift-monitor')
  await streamSlices(deployment, events, trouble, new SeededRandom(seed))
  await assertSameAsUndisturbed(deployment, events, start)
}

async function streamSlices(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  trouble: Trouble,
  random: SeededRandom,
): Promise<void> {
  const partitions = deployment.rawPartitions
  const rawTopics = deployment.pipeline.events.map(event => event.topic)
  const length = Math.ceil(events.length / SLICES)
  for (let slice = 0; slice < SLICES; slice++) {
    const part = events.slice(slice * length, (slice + 1) * length)
    const next = events[(slice + 1) * length]
    const watermark =
      next === undefined ? 'end' : next.type === 'label' ? next.event.knownAt : next.event.occurredAt
    const marks = rawTopics.flatMap(topic => watermarkRecords(topic, partitions, watermark))
    await produce(deployment.kafka, [...part.map(event => rawRecordOf(event, partitions)), ...marks])
    await trouble(deployment, slice, random)
    await delay(random.integer(0, 1_000))
  }
}

async function assertSameAsUndisturbed(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  start: number,
): Promise<void> {
  const transactions = events.flatMap(item => (item.type === 'transaction' ? [item.event] : []))
  const labels = events.flatMap(item => (item.type === 'label' ? [item.event] : []))
  const predictions = await readPredictions(deployment, transactions.length)
  assert.equal(predictions.size, transactions.length)
  const mismatches = featureMismatches(predictions, transactions, handbookFeatures(transactions, labels))
  assert.deepEqual(mismatches.slice(0, 20), [], `${mismatches.length} mismatches`)

  await deployment.settled()
  const times = [20, 30, 40, 45].map(day => start + days(day))
  const expected = expectedStates(deployment.pipeline, events, times)
  assert.deepEqual(await storedStates(deployment, expected.keys(), times), expected)
}

async function killInTurn(deployment: Deployment, slice: number, random: SeededRandom): Promise<void> {
  const name = SERVICES[slice % SERVICES.length]!
  await delay(random.integer(0, 500))
  const victim = deployment.services.find(service => service.name === name)!
  await victim.kill()
  await delay(random.integer(0, 300))
  victim.restart()
  await victim.ready()
}

async function sleepBeyondSession(deployment: Deployment, slice: number): Promise<void> {
  if (slice !== 3 && slice !== 7) return
  const sleepers = deployment.services.filter(service => service.name === 'feature-builder')
  const sleeper = sleepers[slice === 3 ? 0 : 1]!
  sleeper.signal('SIGSTOP')
  await delay(SESSION_MS + seconds(3))
  sleeper.signal('SIGCONT')
}

async function loseLastSecond({ stack }: Deployment, slice: number): Promise<void> {
  if (slice !== 4 && slice !== 8) return
  const live = join(stack.dataDir, 'redis')
  const copy = join(stack.dataDir, 'redis-a-second-ago')
  await cp(live, copy, { recursive: true })
  await delay(seconds(1))
  await stack.parts.redis.kill()
  await rm(live, { recursive: true })
  await cp(copy, live, { recursive: true })
  await rm(copy, { recursive: true })
  await stack.parts.redis.restart()
}
