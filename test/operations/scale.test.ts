import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { days, seconds } from '@millrace/core'
import { assertStates } from '../harness/assert-states.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { EventPump } from '../harness/event-pump.ts'
import { inReverse } from '../harness/in-reverse.ts'
import { PredictionFeed } from '../harness/prediction-feed.ts'
import { SERVICES, type ServiceName } from '../harness/service-process.ts'

/** Payments that are waited for when a change is done, since it is felt only then. */
const AFTERWARDS = 50
const SCALED: readonly ServiceName[] = ['ingestor', 'feature-builder', 'scorer']
/** Each takes a session's time: all of them only in the long suite. */
const KILLED = Number(process.env['INTEGRITY_SEEDS'] ?? 1) > 1 ? SCALED : (['feature-builder'] as const)

test('no payment is lost or decided twice when replicas come, go and are killed', async t => {
  const ending = inReverse(t)
  const deployment = await Deployment.start(ending, { order: 'arrival', sessionTimeoutMs: seconds(6) })
  await deployment.run(...SERVICES)
  const feed = await PredictionFeed.open(ending, deployment)
  const pump = await EventPump.start(ending, deployment, 5)
  const run = { t, deployment, feed, pump }
  await feed.until('first prediction', ({ streamed }) => streamed.length > 0)
  await watch(run, 'nothing happens', async () => {})
  for (const name of SCALED) {
    await watch(run, `a second ${name} comes`, () => deployment.run(name))
    await watch(run, `the first ${name} goes`, () => firstOf(deployment, name).stop())
  }
  for (const name of KILLED) {
    await watch(run, `a second ${name} comes`, () => deployment.run(name))
    await watch(run, `the first ${name} is killed`, () => firstOf(deployment, name).kill())
  }
  await pump.stop()
  await feed.until('prediction of every payment', ({ all }) => predicted(all).size >= pump.sent.length)
  const ids = feed.streamed.map(({ id }) => String(id))
  assert.deepEqual([...new Set(ids)].sort(), [...pump.sent].sort())
  t.diagnostic(`${pump.sent.length} payments, ${ids.length - pump.sent.length} predictions repeated`)
  await deployment.drained()
  const times = [2, 5, 10].map(day => TEST_NOW - days(60) + days(day))
  await assertStates(deployment, pump.events, { times, order: 'arrival' })
})

function firstOf({ services }: Deployment, name: ServiceName) {
  return services.find(service => service.name === name && service.running)!
}

interface Run {
  readonly t: TestContext
  readonly deployment: Deployment
  readonly feed: PredictionFeed
  readonly pump: EventPump
}

/** Reports how long the payments waited for their predictions that came while something was done, or just afterwards. */
async function watch({ t, feed, pump }: Run, words: string, work: () => Promise<unknown>): Promise<void> {
  const from = pump.sent.length
  await work()
  const to = pump.sent.length + AFTERWARDS
  await feed.until('payment afterwards', () => pump.sent.length >= to)
  await feed.until('prediction of every payment', ({ all }) => pump.sent.slice(0, to).every(predictedIn(all)))
  const firsts = predicted(feed.all)
  const ids = new Set(pump.sent.slice(from, to))
  const waits = pump.events
    .flatMap(({ type, event, sentAt }) =>
      type === 'transaction' && ids.has(event.transactionId) ? firsts.get(event.transactionId)! - sentAt : [],
    )
    .sort((a, b) => a - b)
  const [median, most] = [waits[waits.length >> 1], waits.at(-1)]
  t.diagnostic(`${words}: ${waits.length} payments, ${median} ms to a prediction, at most ${most} ms`)
}

function predictedIn(all: PredictionFeed['all']): (id: string) => boolean {
  const firsts = predicted(all)
  return id => firsts.has(id)
}

/** When the first prediction of each payment was published (epoch ms). */
function predicted(all: PredictionFeed['all']): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>()
  for (const { id, publishedAt } of all) if (!firsts.has(String(id))) firsts.set(String(id), publishedAt)
  return firsts
}
