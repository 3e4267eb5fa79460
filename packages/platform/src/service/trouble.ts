import { MillraceError } from '@millrace/core'

/** What a service is connected to. */
export type PartName = 'kafka' | 'redis' | 'registry' | 'model'

const PARTS: Readonly<Record<string, PartName>> = {
  BROKER_UNAVAILABLE: 'kafka',
  PUBLISH_FAILED: 'kafka',
  STORE_UNAVAILABLE: 'redis',
  REGISTRY_UNAVAILABLE: 'registry',
  MODEL_UNAVAILABLE: 'model',
  SCORER_OVERLOADED: 'model',
}

/** The part whose trouble an error tells of, where it is one part's. */
export function partOf(error: unknown): PartName | undefined {
  return error instanceof MillraceError ? PARTS[error.code] : undefined
}
