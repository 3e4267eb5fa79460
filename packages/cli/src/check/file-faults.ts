import type { EncoderArtifact, Pipeline } from '@millrace/core'
import { readArtifact } from '@millrace/platform'
import { checkModel, type Findings, faultsOf } from './model-faults.ts'

/** Checks the files that belong to a declaration: what its encoders have learnt, and then the model that sees it. */
export async function checkFiles(pipelineFile: string, pipeline: Pipeline): Promise<Findings> {
  let fitted: EncoderArtifact | undefined
  const faults = await faultsOf(async () => {
    fitted = await readArtifact(pipelineFile, pipeline)
  })
  if (faults.length > 0) return { faults, remarks: [] }
  return checkModel(pipelineFile, fitted === undefined ? pipeline : { ...pipeline, fitted })
}
