/** The key of a Fetch request, which is given a connection of its own. */
export const FETCH_KEY = 1

/** A request whose body is encoded already, in one version that every supported broker knows. */
export interface BrokerRequest {
  readonly apiKey: number
  readonly apiName: string
  readonly apiVersion: number
  /** One after the other. They are not copied: they must not change before the request is answered or has failed. */
  readonly body: readonly Buffer[]
  /** Reads from an answer how long the broker wants no further request (ms). */
  readonly throttleMs?: (answer: Buffer) => number
}
