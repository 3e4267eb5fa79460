import { registrySettings } from '@millrace/inference/registry'
import { type loadConfig, sharedConfig } from '@millrace/platform'

/** What the drift-monitor reads from its environment: the references of versions are where these are. */
export const driftMonitorConfig = sharedConfig.extend(registrySettings)

export type DriftMonitorConfig = ReturnType<typeof loadConfig<typeof driftMonitorConfig>>
