import { type loadConfig, RAW_LINGER_MS, sharedConfig, wholeNumber } from '@millrace/platform'

/** What the ingestor reads from its environment. */
export const ingestorConfig = sharedConfig.extend({
  /** How long raw records gather under arrival order once all were read (ms). */
  RAW_LINGER_MS: wholeNumber({ min: 0, max: 1_000 }).default(RAW_LINGER_MS),
})

export type IngestorConfig = ReturnType<typeof loadConfig<typeof ingestorConfig>>
