import { MillraceError } from '@millrace/core'

/** What may stand in the query of a request for decisions, unchecked. */
export interface ScoreQuery {
  readonly explain?: string | readonly string[]
  readonly asOf?: string | readonly string[]
}

/** What a request for decisions asks for. */
export interface ScoreWishes {
  /** As of when features are computed (epoch ms); as of each event's own time where it is undefined. */
  readonly at: number | undefined
  readonly isExplained: boolean
}

/** Reads the query. Throws REQUEST_INVALID. */
export function readScoreQuery({ explain, asOf }: ScoreQuery, now: number): ScoreWishes {
  return {
    at: oneOf('asOf', asOf, ['event', 'now']) === 'now' ? now : undefined,
    isExplained: oneOf('explain', explain, ['false', 'true']) === 'true',
  }
}

/** The first where nothing is given. */
function oneOf(
  name: string,
  given: string | readonly string[] | undefined,
  values: readonly string[],
): string {
  if (given === undefined) return values[0]!
  if (typeof given === 'string' && values.includes(given)) return given
  throw new MillraceError('REQUEST_INVALID', `"${name}" must be ${values.join(' or ')}.`)
}
