import { runPipelineService, sharedConfig } from '@millrace/platform'
import { startFeatureBuilder } from './app.ts'

await runPipelineService('feature-builder', sharedConfig, startFeatureBuilder)
