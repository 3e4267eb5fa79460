import type { Pipeline } from '@millrace/core'
import type { z } from 'zod'
import { loadConfig } from '../config/load-config.ts'
import { loadPipeline } from '../config/load-pipeline.ts'
import type { SharedConfig, sharedConfig } from '../config/shared-config.ts'
import { runService, type ServiceContext } from '../lifecycle/run-service.ts'
import type { RunningService } from '../lifecycle/running-service.ts'

/** What a service of a pipeline is given to start with. */
export interface PipelineContext<C extends SharedConfig = SharedConfig> extends ServiceContext {
  readonly name: string
  readonly config: C
  readonly pipeline: Pipeline
}

/** Runs a service of a pipeline as this process: reads the environment and the pipeline file, then starts it. */
export async function runPipelineService<S extends typeof sharedConfig>(
  name: string,
  schema: S,
  start: (context: PipelineContext<Readonly<z.output<S>>>) => Promise<RunningService>,
): Promise<void> {
  await runService({
    name,
    async start(context) {
      const config = loadConfig(schema, process.env)
      context.logger.level = config.LOG_LEVEL
      return start({ ...context, name, config, pipeline: await loadPipeline(config.PIPELINE) })
    },
  })
}
