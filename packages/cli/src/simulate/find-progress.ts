import { MillraceError, type Pipeline } from '@millrace/core'
import { KafkaCluster, scanTopic, TopicReader } from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import {
  parseMark,
  SIMULATION_HEADER,
  type SimulationIdentity,
  type SimulationMark,
} from './simulation-mark.ts'

/** How far an earlier run of `millrace simulate` came. */
export interface Progress {
  readonly identity: SimulationIdentity
  /** The number of the last event sent, by raw topic and partition. */
  readonly last: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** Event time of the latest event sent (epoch ms). */
  readonly eventTime: number
  /** When the latest event was sent (epoch ms of the wall clock). */
  readonly sentAt: number
}

/** Where others write to a raw topic too, the last simulated record is looked for among so many. */
const LOOK_BACK = 1_000

interface Found {
  readonly mark: SimulationMark
  readonly eventTime: number
  readonly sentAt: number
}

/**
 * Reads from the ends of the raw topics how far the simulation has come; undefined where there is nothing of it. Throws
 * TOPIC_MISSING, BROKER_UNAVAILABLE, and INPUT_INVALID when they hold events of several simulations.
 */
export async function findProgress(kafka: Kafka, pipeline: Pipeline): Promise<Progress | undefined> {
  const topicReader = new TopicReader(kafka)
  await topicReader.connect()
  try {
    const last = new Map<string, ReadonlyMap<number, number>>()
    const found: Found[] = []
    for (const type of pipeline.events) {
      const marks = await lastMarks(kafka, topicReader, type.topic, type.eventTime)
      last.set(type.topic, new Map([...marks].map(([partition, { mark }]) => [partition, mark.number])))
      found.push(...marks.values())
    }
    if (found.length === 0) return undefined
    return {
      identity: theOne(found),
      last,
      eventTime: Math.max(...found.map(({ eventTime }) => eventTime)),
      sentAt: Math.max(...found.map(({ sentAt }) => sentAt)),
    }
  } finally {
    await topicReader.close()
  }
}

async function lastMarks(
  kafka: Kafka,
  topicReader: TopicReader,
  topic: string,
  timeField: string,
): Promise<ReadonlyMap<number, Found>> {
  await topicReader.partitionCounts([topic])
  const ranges = new Map<number, { readonly low: number; readonly high: number }>()
  for (const [partition, { low, high }] of await topicReader.offsets(topic))
    ranges.set(partition, { low: Math.max(low, high - LOOK_BACK), high })
  const marks = new Map<number, Found>()
  for await (const { partition, records } of scanTopic({ cluster: new KafkaCluster(kafka), topic, ranges })) {
    for (const { headers, value, timestamp } of records) {
      const mark = parseMark(String(headers[SIMULATION_HEADER]))
      if (mark === undefined) continue
      marks.set(partition, { mark, eventTime: JSON.parse(String(value))[timeField], sentAt: timestamp })
    }
  }
  return marks
}

function theOne(found: readonly Found[]): SimulationIdentity {
  const [
    {
      mark: { number: _, ...identity },
    },
  ] = found as [Found]
  const isSame = ({ mark }: Found): boolean =>
    Object.entries(identity).every(([name, value]) => mark[name as keyof SimulationIdentity] === value)
  if (found.every(isSame)) return identity
  throw new MillraceError(
    'INPUT_INVALID',
    'The raw topics hold events of several simulations, none of which can be continued: begin with fresh topics.',
  )
}
