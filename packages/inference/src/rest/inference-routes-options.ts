import type { Health } from '@millrace/platform'
import type { OnAnswer } from '../served/answer-facts.ts'
import type { ServedModels } from '../served/served-models.ts'

export interface InferenceRoutesOptions {
  readonly models: ServedModels
  readonly health: Pick<Health, 'state'>
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string }
  /** Told of every request to a model. */
  readonly onAnswer?: OnAnswer | undefined
}
