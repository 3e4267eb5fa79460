import { setTimeout as delay } from 'node:timers/promises'
import type { SimulatedEvent } from '@millrace/card-fraud/simulator'
import { type Id, type Prediction, topics } from '@millrace/core'
import type { Kafka, Producer } from 'kafkajs'
import { readTopic } from '../test/harness/read-topic.ts'
import { rawRecordOf } from '../test/harness/replay.ts'
import { SERVICES } from '../test/harness/service-process.ts'
import { Meter, reportServices, reportTotals } from './meter.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'
import { startServices } from './run-services.ts'
import { countTransactions, simulateDays, withDeployment } from './workload.ts'

/** Events a second: transactions and labels as they come. */
const RATE = 1_000

/**
 * The whole path at a fixed rate: from the create time of a raw transaction to the receipt of its prediction by a
 * consumer that has nothing to do with the services, and what they use meanwhile. The seconds before are for warming.
 */
export async function benchLatency({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const [warmSeconds, timedSeconds] = quick ? [5, 10] : [10, 30]
  const events = simulateDays(40).slice(-RATE * (warmSeconds + timedSeconds))
  const warming = events.slice(0, RATE * warmSeconds)
  const timed = events.slice(RATE * warmSeconds)
  await withDeployment(async deployment => {
    const { kafka, pipeline, rawPartitions } = deployment
    const services = await startServices(deployment, SERVICES.toReversed(), cpuProfiles)
    const received = receive(kafka, topics.predictionsTopic(pipeline), countTransactions(events))
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    await sendPaced(producer, warming, rawPartitions)
    await deployment.drained()
    const meter = await Meter.start(services)
    const sentAt = await sendPaced(producer, timed, rawPartitions)
    const usage = await meter.stop()
    reportLatencies(sentAt, await received)
    reportServices('latency', usage, timed.length)
    reportTotals('latency', usage, timed.length)
    await producer.disconnect()
    await Promise.all(services.map(service => service.stop()))
  })
}

/** Sends what is due every millisecond. Answers when each transaction was created (ms of `performance.now`). */
async function sendPaced(
  producer: Producer,
  events: readonly SimulatedEvent[],
  partitions: number,
): Promise<ReadonlyMap<Id, number>> {
  const startedAt = performance.now()
  const sentAt = new Map<Id, number>()
  const sends: Promise<unknown>[] = []
  for (let sent = 0; sent < events.length; ) {
    const now = performance.now()
    const due = events.slice(sent, Math.ceil(((now - startedAt) * RATE) / 1_000))
    for (const { type, event } of due) if (type === 'transaction') sentAt.set(event.transactionId, now)
    if (due.length > 0) sends.push(send(producer, due, partitions))
    sent += due.length
    await delay(1)
  }
  await Promise.all(sends)
  return sentAt
}

function send(producer: Producer, events: readonly SimulatedEvent[], partitions: number): Promise<unknown> {
  const records = events.map(event => rawRecordOf(event, partitions))
  const byTopic = Map.groupBy(records, ({ topic }) => topic)
  return producer.sendBatch({
    topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages: [...messages] })),
  })
}

/** Reads predictions until `count` transactions have theirs. Answers when each came (ms of `performance.now`). */
async function receive(kafka: Kafka, topic: string, count: number): Promise<ReadonlyMap<Id, number>> {
  const receivedAt = new Map<Id, number>()
  let read = 0
  await readTopic(kafka, topic, messages => {
    const now = performance.now()
    for (; read < messages.length; read++) {
      const { id } = JSON.parse(String(messages[read]!.value)) as Prediction
      if (!receivedAt.has(id)) receivedAt.set(id, now)
    }
    return receivedAt.size >= count
  })
  return receivedAt
}

function reportLatencies(sentAt: ReadonlyMap<Id, number>, receivedAt: ReadonlyMap<Id, number>): void {
  const latencies = [...sentAt].map(([id, sent]) => receivedAt.get(id)! - sent).toSorted((a, b) => a - b)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p999', 0.999],
  ] as const)
    report('latency', name, latencies[Math.ceil(share * latencies.length) - 1]!, 'ms')
}
