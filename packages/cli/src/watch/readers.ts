import {
  type DriftVerdict,
  type EventType,
  type Origin,
  type Pipeline,
  type Prediction,
  positionOf,
  type RequestedPrediction,
  type RetrainingRequest,
  topics,
} from '@millrace/core'
import type { KafkaMessage } from 'kafkajs'
import type { Reader } from './watcher.ts'

/** What is told of the records that a run leads to. */
export interface RunListener {
  predicted(prediction: Prediction): void
  labelled(id: string, isPositive: boolean): void
  deadLettered(type: EventType, origin: Origin, reason: string): void
  judged(verdict: DriftVerdict): void
  retrainingRequested(request: RetrainingRequest): void
}

/** How each topic that a run leads to is read. What is no JSON, because others write there too, is passed over. */
export function createReaders(pipeline: Pipeline, listener: RunListener): ReadonlyMap<string, Reader> {
  const json =
    <T>(take: (value: T) => void): Reader =>
    message => {
      const value = parseJson<T>(message)
      if (value !== undefined) take(value)
    }
  return new Map<string, Reader>([
    [
      topics.predictionsTopic(pipeline),
      json<Prediction | RequestedPrediction>(value => {
        if (value.via !== 'request') listener.predicted(value)
      }),
    ],
    [topics.driftTopic(pipeline), json<DriftVerdict>(value => listener.judged(value))],
    [topics.retrainingTopic(pipeline), json<RetrainingRequest>(value => listener.retrainingRequested(value))],
    ...pipeline.events.map(type => [topics.deadLetterTopic(type), deadLetterReader(type, listener)] as const),
    ...labelReader(pipeline, listener),
  ])
}

function labelReader({ outcome }: Pipeline, listener: RunListener): [string, Reader][] {
  if (outcome === undefined) return []
  const { source, field } = outcome
  const read: Reader = message => {
    const label = parseJson<Readonly<Record<string, unknown>>>(message)
    const [id, isPositive] = [label?.[source.id], label?.[field]]
    if (typeof id === 'string' && typeof isPositive === 'boolean') listener.labelled(id, isPositive)
  }
  return [[source.topic, read]]
}

/** A dead letter names the record that it was by its headers; a crash can repeat the last ones of a partition. */
function deadLetterReader(type: EventType, listener: RunListener): Reader {
  const newest = new Map<number, number>()
  return ({ headers = {} }) => {
    const partition = Number(headers['millrace-partition'])
    const offset = positionOf(Number(headers['millrace-epoch'] ?? 0), Number(headers['millrace-offset']))
    if (!(offset > (newest.get(partition) ?? -1))) return
    newest.set(partition, offset)
    listener.deadLettered(type, { partition, offset }, String(headers['millrace-reason']))
  }
}

function parseJson<T>({ value }: KafkaMessage): T | undefined {
  try {
    const parsed = JSON.parse(String(value))
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}
