import type { Pipeline } from '@millrace/core'
import { loadConfig } from '../config/load-config.ts'
import { loadPipeline } from '../config/load-pipeline.ts'
import { type SharedConfig, sharedConfig } from '../config/shared-config.ts'
import { type RunningService, runService, type ServiceContext } from '../lifecycle/run-service.ts'

/** What a service of a pipeline is given to start with. */
export interface PipelineContext extends ServiceContext {
  readonly name: string
  readonly config: SharedConfig
  readonly pipeline: Pipeline
}

/** Runs a service of a pipeline as this process: reads the environment and the pipeline file, then starts it. */
export async function runPipelineService(
  name: string,
  start: (context: PipelineContext) => Promise<RunningService>,
): Promise<void> {
  await runService({
    name,
    async start(context) {
      const config = loadConfig(sharedConfig, process.env)
      context.logger.level = config.LOG_LEVEL
      return start({ ...context, name, config, pipeline: await loadPipeline(config.PIPELINE) })
    },
  })
}
