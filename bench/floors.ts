import { resolve } from 'node:path'
import cardFraud from '@millrace/card-fraud'
import { createScoring, modelFolder, readNewestModel } from '@millrace/inference'
import {
  connectRedis,
  createHttpApp,
  createKafka,
  createRegistry,
  Fetcher,
  Health,
  KafkaCluster,
  needs,
  Publisher,
} from '@millrace/platform'
import { startLocalStack } from '@millrace/platform/local-stack'
import type { Kafka } from 'kafkajs'
import type { BenchOptions } from './options.ts'
import { measure, report } from './report.ts'

const VALUE = Buffer.alloc(200, 'x')
const TOPIC = 'floor'
const PARTITIONS = 4
const SILENT = { debug() {}, warn() {} }

/** What the parts cost by themselves, client side: nothing built on them can cost less. */
export async function benchFloors({ quick }: BenchOptions): Promise<void> {
  const stack = await startLocalStack()
  try {
    const { kafkaBrokers, redisUrl } = stack.addresses
    const kafka = createKafka({ brokers: kafkaBrokers.split(','), clientId: 'bench', log: SILENT })
    await benchKafka(kafka, quick ? 100_000 : 500_000)
    await benchRedis(redisUrl, quick ? 100 : 400)
  } finally {
    await stack.stop()
  }
  await benchOnnx(quick ? 50 : 200)
  await benchHttp(quick ? 5_000 : 20_000)
}

async function benchKafka(kafka: Kafka, records: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const messages = Array.from({ length: 1_000 }, (_, i) => ({ value: VALUE, partition: i % PARTITIONS }))
  const produced = await measure(records, async () => {
    for (let sent = 0; sent < records; sent += messages.length)
      await producer.send({ topic: TOPIC, messages, acks: -1 })
  })
  await producer.disconnect()
  report('floors', 'kafkajs.produce.cpu', produced.cpuUs, 'us/record')
  report('floors', 'kafkajs.produce.rate', produced.rate, 'records/s')
  await benchPublisher(kafka, records)
  const consumed = await measure(records, () => consumeAll(kafka, records))
  report('floors', 'kafkajs.consume.cpu', consumed.cpuUs, 'us/record')
  report('floors', 'kafkajs.consume.rate', consumed.rate, 'records/s')
  const fetched = await measure(records, () => fetchAll(kafka, records))
  report('floors', 'millrace.consume.cpu', fetched.cpuUs, 'us/record')
  report('floors', 'millrace.consume.rate', fetched.rate, 'records/s')
}

/** As many records of the same value by our own producer, each with a key that decides its partition. */
async function benchPublisher(kafka: Kafka, records: number): Promise<void> {
  const topic = { partitions: PARTITIONS, encode: () => VALUE }
  const publisher = new Publisher(() => new KafkaCluster(kafka), new Map([[TOPIC, topic]]))
  const outputs = Array.from({ length: 1_000 }, (_, i) => ({ topic: TOPIC, key: `key-${i}`, value: VALUE }))
  await publisher.publish(outputs)
  const { cpuUs, rate } = await measure(records, async () => {
    for (let sent = 0; sent < records; sent += outputs.length) await publisher.publish(outputs)
  })
  await publisher.close()
  report('floors', 'millrace.produce.cpu', cpuUs, 'us/record')
  report('floors', 'millrace.produce.rate', rate, 'records/s')
}

async function consumeAll(kafka: Kafka, records: number): Promise<void> {
  const consumer = kafka.consumer({ groupId: 'floor' })
  const done = Promise.withResolvers<void>()
  let read = 0
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      read += batch.messages.length
      if (read >= records) done.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
}

/** The same records by our own fetching; without a group, whose work is not for each record. */
async function fetchAll(kafka: Kafka, records: number): Promise<void> {
  const cluster = new KafkaCluster(kafka)
  await cluster.connect([TOPIC])
  const next = Array<number>(PARTITIONS).fill(0)
  const done = Promise.withResolvers<void>()
  let read = 0
  const fetcher = new Fetcher({
    cluster,
    source: {
      wanted: () => ({
        positions: next.map((offset, partition) => ({ topic: TOPIC, partition, offset })),
        moreSoon: false,
      }),
      take(fetched) {
        next[fetched.partition] = fetched.next
        read += fetched.records.length
        if (read >= records) done.resolve()
      },
      arrived() {},
      outOfRange() {},
      heard() {},
      fail: done.reject,
    },
  })
  fetcher.wake()
  await done.promise
  await fetcher.stop()
  await cluster.close()
}

/** One script call that sets 500 values of 300 bytes. */
async function benchRedis(url: string, calls: number): Promise<void> {
  const redis = connectRedis(url)
  const keys = Array.from({ length: 500 }, (_, i) => `{floor}:${i}`)
  const values = keys.map(() => Buffer.alloc(300, 'x'))
  const script = "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i], 'PX', 60000) end"
  const { cpuUs } = await measure(calls * keys.length, async () => {
    for (let i = 0; i < calls; i++) await redis.eval(script, keys.length, ...keys, ...values)
  })
  report('floors', 'redis.script.cpu', cpuUs, 'us/state')
  redis.disconnect()
}

async function benchOnnx(batches: number): Promise<void> {
  const pipelineFile = resolve(import.meta.dirname, '../pipelines/card-fraud/pipeline.ts')
  const model = await readNewestModel(modelFolder(pipelineFile, cardFraud.model), cardFraud.model)
  const scoring = await createScoring(model, cardFraud.model)
  for (const rows of [1, 64, 256]) {
    const vectors = Array.from({ length: rows }, () => cardFraud.model.inputs.map(() => 0))
    const { cpuUs } = await measure(batches * rows, async () => {
      for (let i = 0; i < batches; i++) await scoring.score(vectors)
    })
    report('floors', `onnx.batch_${rows}.cpu`, cpuUs, 'us/row')
  }
  await scoring.close()
}

/** fastify with our application around it, and a route that answers its body; without a socket. */
async function benchHttp(requests: number): Promise<void> {
  const app = createHttpApp({ metrics: createRegistry({ service: 'bench' }), health: new Health() })
  app.post('/echo', needs('open'), request => request.body)
  const payload = JSON.stringify({ id: 1, values: [1, 2, 3] })
  const { cpuUs } = await measure(requests, async () => {
    for (let i = 0; i < requests; i++) await app.inject({ method: 'POST', url: '/echo', payload })
  })
  report('floors', 'fastify.echo.cpu', cpuUs, 'us/request')
  await app.close()
}
