import { runPipelineService, sharedConfig } from '@millrace/platform'
import { startDriftMonitor } from './app.ts'

await runPipelineService('drift-monitor', sharedConfig, startDriftMonitor)
