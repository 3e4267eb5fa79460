import { MillraceError } from '@millrace/core'
import type { DecideOptions } from '../decide/decide-requests.ts'

/** What may stand in the query of a request for decisions, unchecked. */
export interface ScoreQuery {
  readonly explain?: string | readonly string[]
  readonly asOf?: string | readonly string[]
}

/** Reads the query. Throws REQUEST_INVALID. */
export function readScoreQuery({ explain, asOf }: ScoreQuery, now: number): DecideOptions {
  return {
    at: oneOf('asOf', asOf, ['event', 'now']) === 'now' ? now : undefined,
    explain: oneOf('explain', explain, ['false', 'true']) === 'true' ? {} : undefined,
  }
}

/** The first where nothing is given. */
function oneOf(name: string, given: string | readonly string[] | undefined, values: readonly string[]): string {
  if (given === undefined) return values[0]!
  if (typeof given === 'string' && values.includes(given)) return given
  throw new MillraceError('REQUEST_INVALID', `"${name}" must be ${values.join(' or ')}.`)
}
