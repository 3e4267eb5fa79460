import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { simulate } from '@millrace/card-fraud/simulator'
import { days, topics } from '@millrace/core'
import { partitionsKey, readServing } from '@millrace/platform'
import { assertStates } from '../harness/assert-states.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { runDisturbed } from '../harness/disturbed-run.ts'
import { produce } from '../harness/raw-topics.ts'
import { rawRecordOf } from '../harness/replay.ts'

/** More of them show what a rebuild takes. */
const CUSTOMERS = Number(process.env['REBUILD_CUSTOMERS'] ?? 300)
const PAUSED_AFTER = 5

test('nothing is lost or counted twice when states expired in a pause and Redis is emptied before services start', async t => {
  await runDisturbed(t, {
    seed: 3,
    sessionTimeoutMs: 6_000,
    async trouble(deployment, slice) {
      if (slice !== PAUSED_AFTER) return
      await deployment.paused(async () => {
        await expireStates(deployment)
        await deployment.redis.flushall()
      })
    },
  })
})

test('an emptied Redis is rebuilt by the services that run', async t => {
  const start = TEST_NOW - days(60)
  const size = { customers: CUSTOMERS, terminals: 2 * CUSTOMERS, days: 45 }
  const events = [...simulate({ seed: 4, start, ...size })]
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const { kafka, redis, rawPartitions } = deployment
  await deployment.run('ingestor', 'feature-builder', 'scorer')
  await produce(
    kafka,
    events.map(event => rawRecordOf(event, rawPartitions)),
  )
  await deployment.drained(deployment.stages)
  const before = await recordsOf(deployment)
  const memory = await memoryOf(deployment)
  const recorded = await recordsBesideStates(deployment)

  const emptiedAt = performance.now()
  await redis.flushall()
  await deployment.drained(deployment.stages)
  const tookMs = performance.now() - emptiedAt
  const times = [20, 30, 45].map(day => start + days(day))
  await assertStates(deployment, events, { times, order: 'arrival' })
  assert.deepEqual(await recordsBesideStates(deployment), recorded)
  report(t, { events: events.length, tookMs, before, after: await recordsOf(deployment), memory })
})

/** What time does with the states while nothing runs: they expire, the checkpoints do not. */
async function expireStates({ redis }: Deployment): Promise<void> {
  const states = await redis.keys('*:state:*')
  assert.ok(states.length > 0)
  for (const key of states) await redis.pexpire(key, 0)
  assert.deepEqual(await redis.keys('*:state:*'), [])
  assert.ok((await redis.keys('*:checkpoint')).length > 0)
}

/** Records of each topic between the stages. */
async function recordsOf({ admin, pipeline }: Deployment): Promise<ReadonlyMap<string, number>> {
  const stages = [...pipeline.views.map(({ name }) => name), topics.SCORE_STAGE]
  const names = [
    ...new Set(stages.flatMap(stage => topics.topicsOfStage(pipeline, stage))),
    topics.predictionsTopic(pipeline),
  ]
  const counts = new Map<string, number>()
  for (const topic of names) {
    const offsets = await admin.fetchTopicOffsets(topic)
    counts.set(
      topic,
      offsets.reduce((sum, { high }) => sum + Number(high), 0),
    )
  }
  return counts
}

/** What is stored for all partitions of the stages together. */
async function recordsBesideStates({ redis, pipeline: { name, namespace } }: Deployment) {
  return {
    partitions: await redis.hgetall(partitionsKey(namespace)),
    definitions: await redis.hgetall(`{${namespace}}:definitions`),
    serving: await readServing(redis, name),
  }
}

async function memoryOf({ redis }: Deployment): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))![1])
}

interface Rebuild {
  readonly events: number
  readonly tookMs: number
  readonly before: ReadonlyMap<string, number>
  readonly after: ReadonlyMap<string, number>
  /** Of Redis (bytes). */
  readonly memory: number
}

function report(t: TestContext, { events, tookMs, before, after, memory }: Rebuild): void {
  const rate = Math.round(events / (tookMs / 1_000))
  t.diagnostic(`${events} raw events: rebuilt in ${(tookMs / 1_000).toFixed(1)} s, ${rate} events/s`)
  t.diagnostic(`Redis held ${(memory / 1e6).toFixed(1)} MB`)
  for (const [topic, count] of before)
    t.diagnostic(`${topic}: ${count} records, and ${after.get(topic)} afterwards`)
}
