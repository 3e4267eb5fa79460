import { runPipelineService, sharedConfig } from '@millrace/platform'
import { startIngestor } from './app.ts'

await runPipelineService('ingestor', sharedConfig, startIngestor)
