import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { days } from '@millrace/core'
import { settleAll } from '@millrace/platform'
import { assertStates } from '../harness/assert-states.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { Endpoints } from '../harness/endpoints.ts'
import { EventPump } from '../harness/event-pump.ts'
import { inReverse } from '../harness/in-reverse.ts'
import { PredictionFeed } from '../harness/prediction-feed.ts'
import { Rollout } from '../harness/rollout.ts'
import { ScoreCallers } from '../harness/score-callers.ts'
import { SERVICES, type ServiceName } from '../harness/service-process.ts'

const SEEDS = Number(process.env['INTEGRITY_SEEDS'] ?? 1)
const CALLERS = 3
/** On a busy machine Redis may take its time, which is not what is looked at here. */
const PATIENCE_MS = '10000'
/** A drain may be over between two probes; what is said during it is looked at here. */
const DRAIN_DELAY_MS = 500

type Restart = (name: ServiceName) => Promise<void>
type InOrder = (restart: Restart) => Promise<void>

/** What `kubectl rollout restart` does to one Deployment after the other, and `kubectl apply -k` to all. */
const WAYS: readonly (readonly [words: string, inOrder: InOrder])[] = [
  [
    'one after the other',
    async restart => {
      for (const name of SERVICES) await restart(name)
    },
  ],
  ['all at once', restart => settleAll(SERVICES.map(restart))],
]

for (let seed = 1; seed <= SEEDS; seed++) {
  const [words, inOrder] = WAYS[(seed - 1) % WAYS.length]!
  test(`nobody notices when all services are replaced under load, ${words} (seed ${seed})`, async t => {
    await replaceAll(t, seed, inOrder)
  })
}

async function replaceAll(t: TestContext, seed: number, inOrder: InOrder): Promise<void> {
  const ending = inReverse(t)
  const env = { FEATURE_DEADLINE_MS: PATIENCE_MS, DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) }
  const deployment = await Deployment.start(ending, { order: 'arrival', sessionTimeoutMs: 30_000, env })
  const feed = await PredictionFeed.open(ending, deployment)
  const both = ['ingestor', 'feature-builder', 'scorer'] as const
  // One after the other, so that each start is measured alone.
  for (const name of [...both, ...both, 'drift-monitor'] as const) await deployment.run(name)
  const endpoints = Endpoints.open(
    ending,
    deployment.services.filter(({ name }) => name === 'scorer'),
  )
  const rollout = new Rollout(deployment, {
    onAdded: process => process.name === 'scorer' && endpoints.add(process),
    onEnding: process => endpoints.remove(process),
  })
  const pump = await EventPump.start(ending, deployment, seed)
  await feed.until('first prediction', ({ streamed }) => streamed.length > 0)
  const callers = ScoreCallers.start(ending, endpoints, CALLERS)
  await inOrder(name => rollout.restart(name))
  await callers.stop()
  await pump.stop()
  await assertPredictions(feed, pump, callers)
  assert.deepEqual(callers.failures, [])
  await deployment.drained()
  const times = [5, 10, 20].map(day => TEST_NOW - days(60) + days(day))
  await assertStates(deployment, pump.events, { times, order: 'arrival' })
  await rollout.assertTrue()
  report(t, { rollout, pump, feed, callers })
}

/** Every payment of the stream has its prediction, every one that was asked about has one too, and there is no other. */
async function assertPredictions(
  feed: PredictionFeed,
  pump: EventPump,
  callers: ScoreCallers,
): Promise<void> {
  await feed.until(
    'prediction of every payment',
    ({ streamed }) => new Set(streamed.map(({ id }) => id)).size >= pump.sent.length,
  )
  const streamed = new Set(feed.streamed.map(({ id }) => String(id)))
  assert.deepEqual([...streamed].sort(), [...pump.sent].sort())
  await feed.until('requested prediction', ({ requested }) => requested.length >= callers.answered.length)
  const requested = feed.requested.map(({ id }) => String(id))
  assert.deepEqual(requested.sort(), [...callers.answered].sort())
}

interface Run {
  readonly rollout: Rollout
  readonly pump: EventPump
  readonly feed: PredictionFeed
  readonly callers: ScoreCallers
}

function report(t: TestContext, { rollout, pump, feed, callers }: Run): void {
  for (const name of SERVICES) {
    const [starts, ends] = [rollout.startsOf(name), rollout.drains.get(name)!]
    const drains = ends.map(took => took - DRAIN_DELAY_MS)
    t.diagnostic(`${name}: ready after ${describe(starts)}, drained in ${describe(drains)}`)
  }
  const published = feed.streamed.map(({ publishedAt }) => publishedAt).sort((a, b) => a - b)
  const pauses = published.map((time, i) => time - (published[i - 1] ?? time))
  t.diagnostic(`longest time without any prediction: ${Math.max(...pauses)} ms`)
  t.diagnostic(`from event to prediction: ${describe(latencies(pump, feed))}`)
  const repeats = feed.streamed.length - pump.sent.length
  t.diagnostic(
    `${pump.sent.length} payments, ${repeats} predictions repeated, ${callers.answered.length} requests`,
  )
}

/** From the sending of each payment to its first prediction (ms). */
function latencies(pump: EventPump, feed: PredictionFeed): readonly number[] {
  const firsts = new Map<string, number>()
  for (const { id, publishedAt } of feed.streamed)
    if (!firsts.has(String(id))) firsts.set(String(id), publishedAt)
  return pump.events.flatMap(({ type, event, sentAt }) =>
    type === 'transaction' ? firsts.get(event.transactionId)! - sentAt : [],
  )
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  return `${Math.round(sorted[sorted.length >> 1]!)} ms (at most ${Math.round(sorted.at(-1)!)} ms)`
}
