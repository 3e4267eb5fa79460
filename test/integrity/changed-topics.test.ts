import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { partitionOf, ViewEngine } from '@millrace/core'
import { checkpointKey, stateKey } from '@millrace/platform'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce, type RawRecord } from '../harness/raw-topics.ts'
import type { ServiceProcess } from '../harness/service-process.ts'

const TOPIC = 'transactions'
const MISSING = 'topics (ingest-transaction): Kafka has no topic transactions'
const CUSTOMERS = ['c1', 'c2', 'c3']

/** One transaction of each customer. */
function recordsOf(prefix: string): readonly RawRecord[] {
  return CUSTOMERS.map((customerId, i) => {
    const value = {
      transactionId: `${prefix}${i}`,
      occurredAt: TEST_NOW - 60_000,
      customerId,
      terminalId: 't1',
      amount: 5,
    }
    return {
      topic: TOPIC,
      partition: i,
      key: customerId,
      value: Buffer.from(JSON.stringify(value)),
      headers: {},
    }
  })
}

/** How many transactions of its last day each customer's state has. */
async function countsOf({
  pipeline,
  redis,
  stagePartitions,
}: Deployment): Promise<readonly (number | undefined)[]> {
  const view = pipeline.views.find(({ name }) => name === 'customer')!
  const engine = new ViewEngine(view, pipeline.scored)
  const counts = CUSTOMERS.map(async customer => {
    const partition = partitionOf(customer, stagePartitions)
    const bytes = await redis.getBuffer(stateKey(pipeline.namespace, view.name, partition, customer))
    if (bytes === null) return undefined
    const values: number[] = []
    engine.evaluate(engine.decode(bytes), TEST_NOW, values, 0)
    return values[engine.featureNames.indexOf('customer_count_1d')]
  })
  return Promise.all(counts)
}

/** What a service says that it waits for. */
async function reasonsOf({ url }: ServiceProcess): Promise<readonly string[]> {
  const response = await fetch(`${url}/readyz`)
  return ((await response.json()) as { reasons?: readonly string[] }).reasons ?? []
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(100)
}

test('a raw topic that is deleted is missed, and what comes after it was made anew is handled', async t => {
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const [ingestor] = await deployment.run('ingestor', 'feature-builder')
  const { admin, kafka, redis, pipeline } = deployment
  await produce(kafka, [...recordsOf('first'), ...recordsOf('second')])
  await until(async () => (await countsOf(deployment)).every(count => count === 2))

  await admin.deleteTopics({ topics: [TOPIC] })
  await until(async () => (await reasonsOf(ingestor!)).includes(MISSING))
  await deployment.deploy()
  await produce(kafka, recordsOf('third'))
  await until(async () => (await countsOf(deployment)).every(count => count === 3))
  await until(async () => (await reasonsOf(ingestor!)).length === 0)
  await deployment.drained()

  const key = checkpointKey(pipeline.namespace, 'ingest-transaction', 0)
  const { logs } = JSON.parse((await redis.hget(key, 'body'))!)
  assert.match(logs[0].topicId, /^[0-9a-f]{32}$/)
  assert.equal(logs[0].mark.offset, 0)
})

test('a raw topic that has got more partitions ends the ingestor with PARTITIONS_CHANGED', async t => {
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const [ingestor] = await deployment.run('ingestor')
  await deployment.admin.createPartitions({ topicPartitions: [{ topic: TOPIC, count: 4 }] })
  assert.equal(await ingestor!.ended(), 1)
  assert.match(await ingestor!.logTail(), /PARTITIONS_CHANGED/)
})

test('a raw topic that lost records which were not handled ends the ingestor with HISTORY_LOST', async t => {
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const { admin, kafka } = deployment
  const [ingestor] = await deployment.run('ingestor')
  await produce(kafka, recordsOf('first'))
  await deployment.drained(deployment.stagesOf('ingestor'))
  await ingestor!.stop()

  await produce(kafka, [...recordsOf('second'), ...recordsOf('third')])
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '2' }] })
  const restarted = await deployment.run('ingestor').then(
    ([service]) => service!,
    () => deployment.services.at(-1)!,
  )
  assert.equal(await restarted.ended(), 1)
  assert.match(await restarted.logTail(), /Partition 0 of transactions holds offsets 2 to 3.*HISTORY_LOST/)
})
