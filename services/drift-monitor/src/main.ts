import { runPipelineService } from '@millrace/platform'
import { startDriftMonitor } from './app.ts'

await runPipelineService('drift-monitor', startDriftMonitor)
