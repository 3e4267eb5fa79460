import { MillraceError, type Pipeline, parseReference, SCORE_FEATURE } from '@millrace/core'
import type { ModelVersion } from '@millrace/inference'

/** The reference has to describe all that the drift monitor compares; a version without one is not monitored. */
export function checkReference({ reference, identity }: ModelVersion, { model }: Pipeline): void {
  if (reference === undefined) return
  const { features } = parseReference(reference)
  const missing = [...model.inputs, SCORE_FEATURE].filter(name => !(name in features))
  if (missing.length === 0) return
  const place = `the reference of version ${identity.version} of ${identity.name}`
  throw new MillraceError('MODEL_INVALID', `${place} does not describe ${missing.join(', ')}`)
}
