import { type Pipeline, topicPlan } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { checkFiles } from '../check/file-faults.ts'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { describePlan } from '../plan/describe-plan.ts'
import { RAW_PARTITIONS } from '../run/deploy.ts'

/**
 * `millrace validate`: prints what follows from a declaration, and its faults on standard error. Answers the exit
 * code: 1 when there are any. A declaration with faults has no plan: its DECLARATION_INVALID lists every one.
 */
export async function validate(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { pipeline: { type: 'string' }, partitions: { type: 'string' } })
  const stage = readNumber(given, 'partitions', { min: 1, max: 1_000 }) ?? 4
  const file = readText(given, 'pipeline') ?? defaultPipelineFile()
  const pipeline = await loadDeclaration(file)
  console.log(describePlan(pipeline, { raw: RAW_PARTITIONS, stage }).join('\n'))
  const { faults, remarks } = await checkFiles(file, pipeline)
  for (const remark of remarks) console.log(`\nRemark: ${remark}.`)
  const all = [...topicFaults(pipeline), ...faults]
  if (all.length === 0) return 0
  console.error(`\n${all.length === 1 ? 'A fault' : `${all.length} faults`}:`)
  for (const fault of all) console.error(`- ${fault}`)
  return 1
}

/** Two parts of a declaration that would write the same topic. */
function topicFaults(pipeline: Pipeline): string[] {
  const names = topicPlan(pipeline, { raw: 1, stage: 1 }).map(topic => topic.name)
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i))
  return [...twice].map(name => `the topic "${name}" is declared twice: rename one`)
}
