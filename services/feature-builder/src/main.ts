import { runPipelineService } from '@millrace/platform'
import { startFeatureBuilder } from './app.ts'

await runPipelineService('feature-builder', startFeatureBuilder)
