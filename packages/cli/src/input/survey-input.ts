import { readTime, type ToEvents } from './file-events.ts'
import { openInput } from './open-input.ts'

/** What a first pass over a file tells about it. */
export interface InputSurvey {
  readonly rows: number
  /** Epoch milliseconds of the earliest transaction; undefined when no row gives a time. */
  readonly firstEventTime: number | undefined
  /** Epoch milliseconds of the latest transaction; undefined when no row gives a time. */
  readonly lastEventTime: number | undefined
  /** No transaction is earlier than one before it. */
  readonly inOrder: boolean
  /** At least one row says what became of its transaction. */
  readonly hasLabels: boolean
}

const EMPTY: InputSurvey = {
  rows: 0,
  firstEventTime: undefined,
  lastEventTime: undefined,
  inOrder: true,
  hasLabels: false,
}

/** Reads a whole file once. Throws INPUT_INVALID as `openInput` does. */
export async function surveyInput(path: string, toEvents: ToEvents): Promise<InputSurvey> {
  let survey = EMPTY
  for await (const row of openInput(path)) {
    const { transaction, label } = toEvents(row)
    survey = extend(survey, readTime(transaction.occurredAt), label !== undefined)
  }
  return survey
}

function extend(survey: InputSurvey, time: number | undefined, hasLabel: boolean): InputSurvey {
  const counted = { ...survey, rows: survey.rows + 1, hasLabels: survey.hasLabels || hasLabel }
  if (time === undefined) return counted
  const { firstEventTime = time, lastEventTime = time, inOrder } = survey
  return {
    ...counted,
    firstEventTime: Math.min(firstEventTime, time),
    lastEventTime: Math.max(lastEventTime, time),
    inOrder: inOrder && time >= lastEventTime,
  }
}
