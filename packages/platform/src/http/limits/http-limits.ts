/** What one client may take of a server. */
export interface HttpLimits {
  /** The largest body, in bytes, also after it was inflated; a route may allow another. */
  readonly bodyBytes: number
  /** The request line and all headers together, in bytes. */
  readonly headerBytes: number
  /** Open connections; further ones are closed at once. */
  readonly connections: number
  /** How long the headers may take to arrive, counted from the opening of a connection for its first request (ms). */
  readonly headersTimeout: number
  /** How long a whole request may take to arrive (ms). */
  readonly requestTimeout: number
  /** How long a request may take to be answered, and its answer to be read (ms). */
  readonly answerTimeout: number
  /** How long a connection may rest between two requests (ms). Longer than that of a load balancer before it. */
  readonly keepAliveTimeout: number
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1_048_576,
  headerBytes: 16_384,
  connections: 10_000,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  answerTimeout: 10_000,
  keepAliveTimeout: 72_000,
}
