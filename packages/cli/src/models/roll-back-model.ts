import { CHAMPION, MillraceError } from '@millrace/core'
import { formerTarget } from '@millrace/inference'
import type { ModelContext } from './model-context.ts'
import { withProvenVersion } from './proven-version.ts'
import { describeSample } from './show-model.ts'

/**
 * Lets an alias name what it named before, once that version has shown that it still loads and scores as in training;
 * an alias that named nothing is taken away. Answers what was done, in words. Throws MODEL_INVALID when nothing
 * earlier is known or it cannot be used.
 */
export async function rollBackModel(context: ModelContext, alias: string): Promise<string[]> {
  const { registry, pipeline } = context
  const { name } = pipeline.model
  const [aliases, history] = await Promise.all([registry.aliases(name), registry.history(name)])
  const current = aliases.get(alias)?.version
  const former = formerTarget(history, alias, current ?? null)
  if (former === undefined || (former === null && alias === CHAMPION))
    throw nothingEarlier(name, alias, current)
  if (former === null) {
    await registry.deleteAlias(name, alias, { expected: current, undo: true })
    return [`No version of ${name} is the ${alias} any more, as before; it was ${current}.`]
  }
  const proof = await withProvenVersion(context, former, ({ version: { manifest }, sampleDifference }) =>
    describeSample(manifest?.sample.rows.length, sampleDifference),
  )
  await registry.setAlias(name, alias, former, { expected: current, undo: true })
  return [
    `Version ${former} loads; sample: ${proof}.`,
    `Version ${former} of ${name} is the ${alias} again, in place of ${current ?? 'none'}.`,
  ]
}

function nothingEarlier(name: string, alias: string, current: string | undefined): MillraceError {
  const now = current === undefined ? 'none is now' : `it is version ${current}`
  return new MillraceError(
    'MODEL_INVALID',
    `No earlier ${alias} of ${name} is known, ${now}: say which one by "millrace models promote VERSION --alias ${alias}".`,
  )
}
