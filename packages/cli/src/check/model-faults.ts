import { MillraceError, type Pipeline } from '@millrace/core'
import { createScoring, type ModelVersion, modelFolder, readNewestModel } from '@millrace/inference'
import { checkReference } from '../models/check-reference.ts'
import { type Rule, ruleFaults } from '../rule/rule.ts'
import { newestVersion, originOf, standingOf } from '../rule/rule-version.ts'
import { loadRule, loadSimulator } from '../source/load-companion.ts'

/** What is wrong, and what is worth knowing, both in words. */
export interface Findings {
  readonly faults: readonly string[]
  readonly remarks: readonly string[]
}

/** Checks the model as the scorer would, and the rule that stands in for one. */
export async function checkModel(pipelineFile: string, pipeline: Pipeline): Promise<Findings> {
  const folder = modelFolder(pipelineFile, pipeline.model)
  const newest = await newestVersion(folder)
  const { loaded, faults } = await loadCheckedRule(pipelineFile, pipeline)
  if (faults.length > 0) return { faults, remarks: [] }
  if (loaded === undefined) return { faults: await versionFaults(folder, pipeline), remarks: [] }
  switch (standingOf(newest, originOf(pipeline, loaded))) {
    case 'trained':
      return {
        faults: await versionFaults(folder, pipeline),
        remarks: [`rule.ts is not used: version ${newest?.version} of the model was trained`],
      }
    case 'current':
      return { faults: await versionFaults(folder, pipeline), remarks: [] }
    default:
      return {
        faults: await faultsOf(() => loadSimulator(pipelineFile)),
        remarks: [
          `"millrace model" or "millrace dev" will write version ${(newest?.version ?? 0) + 1} of the model from rule.ts`,
        ],
      }
  }
}

async function loadCheckedRule(
  pipelineFile: string,
  pipeline: Pipeline,
): Promise<{ readonly loaded: Rule | undefined; readonly faults: readonly string[] }> {
  let loaded: { readonly rule: unknown } | undefined
  const unreadable = await faultsOf(async () => {
    loaded = await loadRule(pipelineFile)
  })
  if (loaded === undefined) return { loaded, faults: unreadable }
  return { loaded: loaded.rule as Rule, faults: ruleFaults(loaded.rule, pipeline.model) }
}

/** The version that a scorer would load, loaded: its graph, its sample and its reference. */
async function versionFaults(folder: string, pipeline: Pipeline): Promise<string[]> {
  let model: ModelVersion | undefined
  const unreadable = await faultsOf(async () => {
    model = await readNewestModel(folder, pipeline.model, pipeline.fitted)
  })
  if (model === undefined) return unreadable
  const version = model
  return [
    ...(await faultsOf(async () => (await createScoring(version, pipeline.model)).close())),
    ...(await faultsOf(async () => checkReference(version, pipeline))),
  ]
}

/** The words of what a check throws; what nobody foresaw is thrown on. */
export async function faultsOf(check: () => Promise<unknown>): Promise<string[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (error instanceof MillraceError) return [error.message]
    throw error
  }
}
