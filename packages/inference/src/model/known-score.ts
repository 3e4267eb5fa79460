import { MillraceError } from '@millrace/core'
import type { ModelSignature } from '../tensor/tensor.ts'
import { bindScore, type ScoreReader } from './score-output.ts'

/** How the score of a model without a declaration is read, as `bindScore`; undefined when it is not clear. */
export function knownScore(signature: ModelSignature): ScoreReader | undefined {
  try {
    return bindScore(signature, {})
  } catch (error) {
    if (error instanceof MillraceError) return undefined
    throw error
  }
}
