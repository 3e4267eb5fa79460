import { relative } from 'node:path'
import type { Pipeline } from '@millrace/core'
import { modelFolder } from '@millrace/inference'
import { loadRule, loadSimulator } from '../source/load-companion.ts'
import { assertRule } from './rule.ts'
import { newestVersion, originOf, standingOf } from './rule-version.ts'
import { writeRuleVersion } from './write-rule-version.ts'

/**
 * Writes the next version of a pipeline's model from `rule.ts`, where that or the declaration has changed, or always
 * with `anew`. Answers what was done, in words; undefined where there was nothing to do. A version that training
 * wrote is never followed by a rule unasked. Throws CONFIG_INVALID with every fault of the rule.
 */
export async function keepRuleModel(
  pipelineFile: string,
  pipeline: Pipeline,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<string | undefined> {
  const loaded = await loadRule(pipelineFile)
  if (loaded === undefined) return undefined
  const { rule } = loaded
  assertRule(rule, pipeline.model)
  const folder = modelFolder(pipelineFile, pipeline.model)
  const newest = await newestVersion(folder)
  const standing = standingOf(newest, originOf(pipeline, rule))
  if (!anew && (standing === 'current' || standing === 'trained')) return undefined
  const version = (newest?.version ?? 0) + 1
  const simulator = await loadSimulator(pipelineFile)
  await writeRuleVersion({ pipeline, rule, simulator, folder, version })
  return `Version ${version} of the model ${pipeline.model.name} is written from rule.ts, in ${relative('', folder)}.`
}
