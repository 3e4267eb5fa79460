/** What clients may take of a gRPC server. */
export interface GrpcLimits {
  /** The largest message, in bytes, also after it was inflated. */
  readonly messageBytes: number
  /** All headers of a call together, in bytes. */
  readonly headerBytes: number
  /** Bytes of requests that are held at once, by all callers together; further ones are shed. */
  readonly heldBytes: number
  readonly connections: number
  /** Calls that one connection may have open; its client holds further ones back. */
  readonly streamsPerConnection: number
  /** How long a call may take from its headers to its answer (ms); streams of messages are not bound. */
  readonly answerTimeout: number
  /** A connection is asked so often whether its client is still there (ms), and has as long again to say so. */
  readonly keepalive: number
  /**
   * A connection of this age is to be opened anew (ms, give or take a tenth), so that clients find servers that have
   * joined meanwhile; what is under way on it is finished.
   */
  readonly connectionAge: number
  /** How long the calls of a connection that is to end may go on (ms). */
  readonly grace: number
}

export const DEFAULT_GRPC_LIMITS: GrpcLimits = {
  messageBytes: 4 * 1_048_576,
  headerBytes: 16_384,
  heldBytes: 256 * 1_048_576,
  connections: 10_000,
  streamsPerConnection: 256,
  answerTimeout: 10_000,
  keepalive: 60_000,
  connectionAge: 1_800_000,
  grace: 10_000,
}
