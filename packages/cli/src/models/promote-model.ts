import { CANARY, CHAMPION, MillraceError } from '@millrace/core'
import type { Aliases, AliasTarget } from '@millrace/inference'
import type { ModelContext } from './model-context.ts'
import { withProvenVersion } from './proven-version.ts'
import { describeSample } from './show-model.ts'

export interface Promotion {
  readonly version: string
  readonly alias: string
  /** Of the canary alone. */
  readonly share: number | undefined
}

/**
 * Gives a version a role, once it has shown that it loads and scores as in training. Answers what was done, in words.
 * Throws MODEL_INVALID, and changes nothing, when it cannot be used or the role makes no sense.
 */
export async function promoteModel(context: ModelContext, promotion: Promotion): Promise<string[]> {
  const { registry, pipeline } = context
  const { name } = pipeline.model
  const { version, alias, share } = promotion
  const aliases = await registry.aliases(name)
  const before = aliases.get(alias)
  if (isSo(before, promotion)) return [`Version ${version} of ${name} is the ${alias} already.`]
  refuseSenseless(context, promotion, aliases)
  const proof = await withProvenVersion(
    context,
    version,
    ({ version: { manifest, remarks = [] }, sampleDifference }) => [
      `Version ${version} loads; sample: ${describeSample(manifest?.sample.rows.length, sampleDifference)}.`,
      ...remarks.map(remark => `Remark: ${remark}.`),
    ],
  )
  await registry.setAlias(name, alias, version, {
    expected: before?.version,
    ...(share !== undefined && { share }),
  })
  return [...proof, describeChange(context, promotion, before)]
}

function isSo(before: AliasTarget | undefined, { version, share }: Promotion): boolean {
  return before?.version === version && before.share === share && !before.implicit
}

function refuseSenseless(
  { pipeline: { model } }: ModelContext,
  { alias, version, share }: Promotion,
  aliases: Aliases,
): void {
  if (alias === CANARY && share === undefined && model.canary === undefined) {
    throw new MillraceError(
      'CONFIG_INVALID',
      'How much the canary is to answer is said nowhere: give --share, or declare canary: { share } of the model.',
    )
  }
  const champion = aliases.get(CHAMPION)
  if (alias === CHAMPION || !champion?.implicit || champion.version !== version) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `Version ${version} is the ${CHAMPION}, since it is the newest and nobody chose another: first promote the version that is to stay the ${CHAMPION}.`,
  )
}

function describeChange(
  { pipeline: { model } }: ModelContext,
  { version, alias, share }: Promotion,
  before: AliasTarget | undefined,
): string {
  const place = before === undefined || before.version === version ? '' : `, in place of ${before.version}`
  const part = alias === CANARY ? `, for ${(share ?? model.canary!.share) * 100} % of the keys` : ''
  return `Version ${version} of ${model.name} is the ${alias} now${place}${part}. "millrace models rollback --alias ${alias}" takes it back.`
}
