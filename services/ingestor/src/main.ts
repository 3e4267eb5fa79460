import { runPipelineService } from '@millrace/platform'
import { startIngestor } from './app.ts'
import { ingestorConfig } from './config.ts'

await runPipelineService('ingestor', ingestorConfig, startIngestor)
