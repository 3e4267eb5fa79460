import { createHash } from 'node:crypto'
import { type FeatureView, MillraceError, viewDefinition } from '@millrace/core'
import type { Redis } from 'ioredis'
import { definitionsKey } from './keys.ts'
import { recordOnce } from './record-once.ts'

/**
 * Records what the states of a view are written under; the first feature builder of a namespace decides. Throws
 * DEFINITION_CHANGED when they were written under another declaration, and STORE_UNAVAILABLE.
 */
export async function recordDefinition(
  redis: Pick<Redis, 'hsetnx' | 'hget'>,
  namespace: string,
  view: FeatureView,
): Promise<void> {
  const digest = createHash('sha256').update(viewDefinition(view)).digest('hex')
  const recorded = await recordOnce(redis, definitionsKey(namespace), view.name, digest)
  if (recorded === digest) return
  throw new MillraceError(
    'DEFINITION_CHANGED',
    `The states of the feature view "${view.name}" in ${namespace} were written under another declaration: raise the pipeline's version, or go back to that declaration.`,
    { details: { view: view.name, namespace } },
  )
}
