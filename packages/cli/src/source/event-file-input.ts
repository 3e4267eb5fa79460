import { days, MillraceError, type Pipeline } from '@millrace/core'
import { detectFormat } from '../input/format.ts'
import { openInput } from '../input/open-input.ts'
import type { InputRow } from '../input/row.ts'
import type { FileInputOptions } from './file-input.ts'
import { type EventFields, type Input, type InputEvent, takeCounted } from './input-event.ts'

/** What comes behind the last event may be so much later by its event time. */
const AFTER_END_MS = days(7)

/**
 * A file of the pipeline's own events as input, read once beforehand: NDJSON, plain or gzip, a line being
 * `{"type": "<event type>", "event": {…}}`, or the fields of a scored event alone. Lines keep their order. Throws
 * INPUT_INVALID.
 */
export async function eventFileInput(
  pipeline: Pipeline,
  { path, events: count, speed = 'max', order = 'strict' }: FileInputOptions,
): Promise<Input> {
  const { rows, first, last, inOrder, example } = await survey(pipeline, path)
  if (rows === 0) throw new MillraceError('INPUT_INVALID', `${path} holds no ${pipeline.scored.name}.`)
  const from = Number.NEGATIVE_INFINITY
  const taken = { type: pipeline.scored, from, count: count ?? Number.POSITIVE_INFINITY }
  const clock = speed === 'max' ? { start: last + AFTER_END_MS, speed: 1 } : { start: first, speed }
  return {
    name: path,
    events: () => takeCounted(eventFileEvents(pipeline, path), taken),
    order,
    isReplay: speed === 'max',
    clock,
    firstEventTime: first,
    historyEnd: first,
    size: Math.min(rows, count ?? rows),
    example,
    hasLabels: pipeline.outcome !== undefined,
    remarks: inOrder ? [] : ['The events are not in the order of their times: some come late.'],
  }
}

/** The events of such a file, in its order. Throws INPUT_INVALID. */
export async function* eventFileEvents(
  pipeline: Pipeline,
  path: string,
): AsyncGenerator<InputEvent, void, undefined> {
  await refuseCsv(path)
  const types = new Map(pipeline.events.map(type => [type.name, type]))
  for await (const row of openInput(path)) {
    const named =
      typeof row['type'] === 'string' && isObject(row['event']) ? types.get(row['type']) : undefined
    const type = named ?? pipeline.scored
    const event = named === undefined ? row : (row['event'] as InputRow)
    yield { type, event, eventTime: readEventTime(event[type.eventTime]) }
  }
}

/** Epoch milliseconds, as a number or in ISO 8601; what is neither is for the ingestor to refuse. */
function readEventTime(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined
}

interface Survey {
  /** Scored events. */
  readonly rows: number
  readonly first: number
  readonly last: number
  readonly inOrder: boolean
  readonly example: EventFields
}

async function survey(pipeline: Pipeline, path: string): Promise<Survey> {
  let rows = 0
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  let inOrder = true
  let example: EventFields | undefined
  for await (const { type, event, eventTime } of eventFileEvents(pipeline, path)) {
    if (type === pipeline.scored) rows++
    if (eventTime === undefined) continue
    if (type === pipeline.scored) example ??= event
    inOrder &&= eventTime >= last
    first = Math.min(first, eventTime)
    last = Math.max(last, eventTime)
  }
  if (example === undefined) return { rows, first: Date.now(), last: Date.now(), inOrder, example: {} }
  return { rows, first, last, inOrder, example }
}

async function refuseCsv(path: string): Promise<void> {
  const format = await detectFormat(path).catch(cause => {
    throw cause instanceof MillraceError
      ? cause
      : new MillraceError('INPUT_INVALID', `${path} cannot be read: ${cause.message}`, { cause })
  })
  if (format.rows === 'ndjson') return
  throw new MillraceError('INPUT_INVALID', `${path} is no NDJSON: write one event as a JSON object a line.`)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
