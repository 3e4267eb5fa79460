import { type ErrorCode, MillraceError } from '@millrace/core'
import type { ServedModel } from './served-models.ts'

/** What became of a request to a model, for those who count. */
export interface AnswerFacts {
  readonly protocol: 'oip-rest' | 'oip-grpc' | 'v1' | 'score'
  /** Undefined when there was no such model, or version. */
  readonly model: string | undefined
  readonly version: string | undefined
  readonly outcome: 'ok' | ErrorCode | 'INTERNAL'
  /** From the whole request being there to its answer being made (ms). */
  readonly took: number
}

export type OnAnswer = (facts: AnswerFacts) => void

export interface AskOptions {
  readonly protocol: AnswerFacts['protocol']
  readonly onAnswer: OnAnswer | undefined
  /** Finds the model that is asked. */
  readonly find: () => ServedModel
}

/** Asks a model, and tells what became of it. */
export async function ask<Answer>(
  { protocol, onAnswer, find }: AskOptions,
  work: (model: ServedModel) => Promise<Answer>,
): Promise<Answer> {
  const start = performance.now()
  let model: ServedModel | undefined
  const tell = (outcome: AnswerFacts['outcome']): void => {
    const { name, version } = model?.identity ?? {}
    onAnswer?.({ protocol, model: name, version, outcome, took: performance.now() - start })
  }
  try {
    model = find()
    const answer = await work(model)
    tell('ok')
    return answer
  } catch (error) {
    tell(error instanceof MillraceError ? error.code : 'INTERNAL')
    throw error
  }
}
