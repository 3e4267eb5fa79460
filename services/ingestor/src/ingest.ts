import {
  type EventRecord,
  type EventType,
  type EventValues,
  epochOf,
  eraseMessage,
  forgettingViews,
  idText,
  justBehind,
  latenessOf,
  type Pipeline,
  parentOf,
  type Rejection,
  routeOf,
  type Stage,
  type StageOutput,
  type StepContext,
  type TakenRecord,
  topics,
  turnOf,
} from '@millrace/core'
import { type Claim, claimCodec, claimOf, isTaken } from './claim.ts'
import type { RawRecord } from './read-raw.ts'

/**
 * The ingestor's stage for one event type: clean events go on, keyed by the first entity on their way; what can never
 * work goes to the dead-letter topic, unless another version of the pipeline serves its part of the log and does that.
 * A declared tombstone goes on as a request to forget its entity. Ids are claimed in the same write as the position.
 * @param speed how fast the declared clock runs against the wall clock
 * @param onLate is told of every late event, whatever becomes of it
 */
export function createIngestStage(
  pipeline: Pipeline,
  type: EventType,
  speed: number,
  onLate: () => void = () => {},
): Stage<RawRecord, Claim> {
  const key = routeOf(pipeline, type)[0]?.entity ?? type.key
  const views = forgettingViews(pipeline, type).map(view => view.name)
  const cleanTopic = topics.cleanTopic(pipeline, type)

  const isServing = ({ servedBy = pipeline.version }: TakenRecord<RawRecord>) => servedBy === pipeline.version

  const isLate = ({ lateByMs }: TakenRecord<RawRecord>) => lateByMs > type.grace
  const isRefusedAsLate = (record: TakenRecord<RawRecord>) => isLate(record) && type.late === 'dead-letter'

  function pass(
    event: EventValues,
    corrected: readonly string[],
    record: TakenRecord<RawRecord>,
    context: StepContext,
  ): void {
    const value: EventRecord = {
      parent: parentOf(context.partition, record),
      origin: { partition: context.partition, offset: record.offset },
      event,
      lateByMs: latenessOf(record),
      corrected,
      features: [],
      featureTimes: [],
      truncated: false,
      serving: isServing(record),
    }
    context.emit({ topic: cleanTopic, key: idText(event, key), value })
  }

  function erase(entity: string, record: TakenRecord<RawRecord>, context: StepContext): void {
    const message = eraseMessage({
      entity,
      views,
      eventTime: justBehind(turnOf(record)),
      parent: parentOf(context.partition, record),
      origin: { partition: context.partition, offset: record.offset },
    })
    context.emit({ topic: cleanTopic, ...message })
  }

  return {
    name: topics.ingestStage(type),
    codec: claimCodec,
    stateTtl: type.dedupeHorizon / speed,
    keyOf: ({ value: { cleaning } }) => (cleaning?.ok ? idText(cleaning.event, type.id) : undefined),
    claimOf: record => (isRefusedAsLate(record) ? undefined : claimOf(record)),
    step(claim, record, context) {
      const { cleaning, message, erases } = record.value
      if (erases !== undefined) return void erase(erases, record, context)
      const refuse = (
        rejection: Rejection,
        outcome: 'dead_letter' | 'duplicate' | 'late' = 'dead_letter',
      ) => {
        context.tell(outcome)
        const refused = { partition: context.partition, position: record.offset, message }
        if (isServing(record)) context.emit(deadLetter(type, refused, rejection))
      }
      if (!cleaning.ok) return void refuse(cleaning.rejection)
      const own = claimOf(record)
      if (isTaken(claim, own, type.dedupeHorizon)) return void refuse(DUPLICATE, 'duplicate')
      if (isLate(record)) onLate()
      if (isRefusedAsLate(record)) return void refuse(LATE, 'late')
      if (isLate(record) && type.late === 'drop') context.tell('late')
      else pass(cleaning.event, cleaning.corrected, record, context)
      return own
    },
  }
}

const DUPLICATE: Rejection = { reason: 'DUPLICATE', message: 'Another record came with this id before.' }
const LATE: Rejection = { reason: 'LATE', message: 'The event is older than the grace allows.' }

interface Refused {
  readonly partition: number
  readonly position: number
  readonly message: RawRecord['message']
}

/** The record as it came, with its headers and why it was refused; of a duplicate only the key, its payload is known. */
function deadLetter(
  type: EventType,
  { partition, position, message }: Refused,
  { reason, message: words }: Rejection,
): StageOutput {
  const epoch = epochOf(position)
  return {
    topic: topics.deadLetterTopic(type),
    ...(message.key === null ? {} : { key: message.key }),
    value: reason === 'DUPLICATE' ? null : message.value,
    headers: {
      ...message.headers,
      'millrace-reason': reason,
      'millrace-message': words,
      'millrace-topic': type.topic,
      'millrace-partition': String(partition),
      'millrace-offset': String(message.offset),
      'millrace-timestamp': String(message.timestamp),
      ...(epoch === 0 ? {} : { 'millrace-epoch': String(epoch) }),
    },
  }
}
