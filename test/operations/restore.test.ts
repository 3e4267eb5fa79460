import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import { assertStates } from '../harness/assert-states.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { runDisturbed } from '../harness/disturbed-run.ts'
import { produce } from '../harness/raw-topics.ts'
import { backUpRedis, restoreRedis } from '../harness/redis-backup.ts'
import { rawRecordOf } from '../harness/replay.ts'

const [BACKED_UP_AFTER, RESTORED_AFTER] = [2, 8]

for (const services of ['go on', 'are stopped meanwhile']) {
  test(`nothing is lost or counted twice when Redis gets an older backup back and services ${services}`, async t => {
    let copy: string
    await runDisturbed(t, {
      seed: 1,
      sessionTimeoutMs: 6_000,
      order: services === 'go on' ? 'strict' : 'arrival',
      async trouble(deployment, slice) {
        if (slice === BACKED_UP_AFTER) copy = await backUpRedis(deployment)
        if (slice !== RESTORED_AFTER) return
        if (services === 'go on') await restoreRedis(deployment, copy)
        else await deployment.paused(() => restoreRedis(deployment, copy))
      },
    })
  })
}

test('a backup from before the retention is refused, and an empty Redis is rebuilt from what topics hold', async t => {
  const start = TEST_NOW - days(60)
  const events = [...simulate({ seed: 1, customers: 100, terminals: 200, start, days: 30 })]
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const { admin, kafka, pipeline, rawPartitions, redis } = deployment
  const [ingestor] = await deployment.run('ingestor', 'feature-builder')
  const half = events.length >> 1
  await produce(
    kafka,
    events.slice(0, half).map(event => rawRecordOf(event, rawPartitions)),
  )
  await deployment.drained()
  const copy = await backUpRedis(deployment)
  await produce(
    kafka,
    events.slice(half).map(event => rawRecordOf(event, rawPartitions)),
  )
  await deployment.drained()

  const { topic } = pipeline.scored
  const ends = await admin.fetchTopicOffsets(topic)
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: String(Number(high) - 10) }))
  await admin.deleteTopicRecords({ topic, partitions })
  await restoreRedis(deployment, copy)
  assert.equal(await ingestor!.ended(), 1)
  assert.match(await ingestor!.logTail(), /HISTORY_LOST/)

  await redis.flushall()
  ingestor!.restart()
  await ingestor!.ready()
  await deployment.drained()
  await assertStates(deployment, events, { times: [20, 30].map(day => start + days(day)), order: 'arrival' })
})
