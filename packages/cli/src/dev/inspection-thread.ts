import { parentPort, workerData } from 'node:worker_threads'
import { MillraceError } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { daysOfHistory, stateDefinition } from '../check/definition.ts'
import { checkModel } from '../check/model-faults.ts'
import { keepRuleModel } from '../rule/keep-rule-model.ts'
import type { Inspection } from './inspection.ts'

parentPort!.postMessage(await inspect(workerData))

async function inspect(pipelineFile: string): Promise<Inspection> {
  try {
    const pipeline = await loadPipeline(pipelineFile)
    const words = await keepRuleModel(pipelineFile, pipeline)
    const { faults, remarks } = await checkModel(pipelineFile, pipeline)
    if (faults.length > 0) return { ok: false, faults }
    return {
      ok: true,
      pipeline: pipeline.name,
      namespace: pipeline.namespace,
      version: pipeline.version,
      definition: stateDefinition(pipeline),
      daysOfHistory: daysOfHistory(pipeline),
      remarks: words === undefined ? remarks : [words, ...remarks],
    }
  } catch (error) {
    if (error instanceof MillraceError) return { ok: false, faults: [error.message] }
    return { ok: false, faults: [String((error as Error).stack ?? error)] }
  }
}
