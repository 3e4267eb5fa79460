import { days, MillraceError, type Pipeline, type StageOrder } from '@millrace/core'
import { fileEvents, type ToEvents } from '../input/file-events.ts'
import { surveyInput } from '../input/survey-input.ts'
import { type EventFields, type Input, type InputEvent, takeCounted } from './input-event.ts'

export interface FileInputOptions {
  readonly path: string
  readonly events: number | undefined
  readonly speed: number | 'max' | undefined
  readonly order: StageOrder | undefined
}

/** The last labels become known this long after the last transaction. */
const AFTER_END_MS = days(7)

/**
 * A file as input, read once beforehand. Unless a speed is given, the clock stands at the end of the data and all is
 * sent as fast as possible; else it starts with the first transaction. Throws INPUT_INVALID.
 */
export async function fileInput(
  pipeline: Pipeline,
  toEvents: ToEvents,
  { path, events: count, speed = 'max', order = 'strict' }: FileInputOptions,
): Promise<Input> {
  const survey = await surveyInput(path, toEvents)
  if (survey.rows === 0) throw new MillraceError('INPUT_INVALID', `${path} holds no rows.`)
  const { firstEventTime = Date.now(), lastEventTime = firstEventTime, rows } = survey
  const size = Math.min(rows, count ?? rows)
  const events = (): AsyncIterable<InputEvent> =>
    takeFileEvents(pipeline, path, toEvents, count ?? Number.POSITIVE_INFINITY)
  return {
    name: path,
    events,
    order,
    isReplay: speed === 'max',
    clock:
      speed === 'max' ? { start: lastEventTime + AFTER_END_MS, speed: 1 } : { start: firstEventTime, speed },
    firstEventTime,
    historyEnd: firstEventTime,
    size,
    example: await firstScored(pipeline, events()),
    hasLabels: survey.hasLabels,
    remarks: [
      ...(survey.inOrder ? [] : ['The rows are not in the order of their times: some events come late.']),
      ...(survey.hasLabels ? [] : ['The rows do not say what was fraud: nothing is known about the hits.']),
    ],
  }
}

async function* takeFileEvents(
  pipeline: Pipeline,
  path: string,
  toEvents: ToEvents,
  count: number,
): AsyncGenerator<InputEvent, void, undefined> {
  const from = Number.NEGATIVE_INFINITY
  yield* takeCounted(rowFileEvents(pipeline, path, toEvents), { type: pipeline.scored, from, count })
}

/** The events of the rows of a file, labels when they become known. Throws INPUT_INVALID. */
export async function* rowFileEvents(
  pipeline: Pipeline,
  path: string,
  toEvents: ToEvents,
): AsyncGenerator<InputEvent, void, undefined> {
  const types = new Map(pipeline.events.map(type => [type.name, type]))
  for await (const { type, event, eventTime } of fileEvents(path, toEvents)) {
    yield { type: types.get(type)!, event: event as EventFields, eventTime }
  }
}

/** The first row may be a bad one: an event that has its time will do. */
async function firstScored(pipeline: Pipeline, events: AsyncIterable<InputEvent>): Promise<EventFields> {
  for await (const { type, event, eventTime } of events) {
    if (type === pipeline.scored && eventTime !== undefined) return event
  }
  return {}
}
