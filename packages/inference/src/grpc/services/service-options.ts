import type { Health } from '@millrace/platform'
import type { OnAnswer } from '../../served/answer-facts.ts'
import type { ServedModels } from '../../served/served-models.ts'

/** What the services of a server speak of. */
export interface ServiceOptions {
  readonly models: ServedModels
  readonly health: Pick<Health, 'state'>
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string }
  /** Told of every request to a model. */
  readonly onAnswer?: OnAnswer | undefined
}

export const INFERENCE_SERVICE = 'inference.GRPCInferenceService'

/** Whether every model can be asked, and the service is ready. */
export function isReady({ models, health }: Pick<ServiceOptions, 'models' | 'health'>): boolean {
  return models.names().every(name => isModelReady(models, name)) && health.state().ready
}

/** Whether a model can be asked; one that is unknown or not loaded cannot. */
export function isModelReady(models: ServedModels, name: string, version?: string): boolean {
  try {
    return models.find(name, version).ready
  } catch {
    return false
  }
}
