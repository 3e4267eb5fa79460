import { runPipelineService } from '@millrace/platform'
import { startIngestor } from './app.ts'

await runPipelineService('ingestor', startIngestor)
