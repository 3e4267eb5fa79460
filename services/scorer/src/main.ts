import { runPipelineService } from '@millrace/platform'
import { startScorer } from './app.ts'
import { scorerConfig } from './config.ts'

await runPipelineService('scorer', scorerConfig, startScorer)
