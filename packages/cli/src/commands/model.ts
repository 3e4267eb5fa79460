import { MillraceError } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { keepRuleModel } from '../rule/keep-rule-model.ts'

/** `millrace model`: writes the next version of the model from `rule.ts`. Answers the exit code. */
export async function model(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { pipeline: { type: 'string' } })
  const file = readText(given, 'pipeline') ?? defaultPipelineFile()
  const words = await keepRuleModel(file, await loadPipeline(file), { anew: true })
  if (words === undefined) {
    throw new MillraceError('CONFIG_INVALID', `There is no rule.ts beside ${file} to write a model from.`)
  }
  console.log(words)
  return 0
}
