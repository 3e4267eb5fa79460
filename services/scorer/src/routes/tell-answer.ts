import { MillraceError } from '@millrace/core'
import type { AnswerFacts, OnAnswer } from '@millrace/inference'

/** What a request to decide on events was answered. */
export interface ScoreAnswer {
  readonly answer: unknown
  /** None of the events can be decided on. */
  readonly isRefused: boolean
  /** The version of the model that decided on the first event, where one did. */
  readonly version: string | undefined
}

/** Makes an answer, and tells how long it took and what became of it. */
export async function tellAnswer(
  model: string,
  onAnswer: OnAnswer,
  make: () => Promise<ScoreAnswer>,
): Promise<ScoreAnswer> {
  const start = performance.now()
  const tell = (outcome: AnswerFacts['outcome'], version?: string): void =>
    onAnswer({ protocol: 'score', model, version, outcome, took: performance.now() - start })
  try {
    const made = await make()
    tell(made.isRefused ? 'REQUEST_INVALID' : 'ok', made.version)
    return made
  } catch (error) {
    tell(error instanceof MillraceError ? error.code : 'INTERNAL')
    throw error
  }
}
