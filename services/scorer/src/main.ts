import { runPipelineService } from '@millrace/platform'
import { startScorer } from './app.ts'

await runPipelineService('scorer', startScorer)
