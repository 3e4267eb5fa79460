import { runPipelineService } from '@millrace/platform'
import { startDriftMonitor } from './app.ts'
import { driftMonitorConfig } from './config.ts'

await runPipelineService('drift-monitor', driftMonitorConfig, startDriftMonitor)
