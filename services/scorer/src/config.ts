import { type loadConfig, sharedConfig, wholeNumber } from '@millrace/platform'

/** What the scorer reads from its environment. */
export const scorerConfig = sharedConfig.extend({
  /** The port of gRPC, at the address of the HTTP server; 0 takes any free one. */
  GRPC_PORT: wholeNumber({ min: 0, max: 65_535 }).default(0),
  /** Entities that one request may look up, over all its feature views. */
  LOOKUP_MAX_ENTITIES: wholeNumber({ min: 1, max: 100_000 }).default(5_000),
  /** Rows that one request may push; as many may wait for Kafka. */
  PUSH_MAX_ROWS: wholeNumber({ min: 1, max: 100_000 }).default(10_000),
})

export type ScorerConfig = ReturnType<typeof loadConfig<typeof scorerConfig>>
