import type { StageOutput } from '@millrace/core'

/** Where a round puts its outputs, batch by batch, to have them published as one. */
export interface Outbox {
  /** Takes outputs in, which are bytes from then on; some may be sent on the way. Throws PUBLISH_FAILED. */
  add(outputs: readonly StageOutput[]): Promise<void>
  /** Resolves when all that was added is acknowledged. Throws PUBLISH_FAILED. */
  flush(): Promise<void>
  /** Forgets what was added and not sent. */
  discard(): void
}
