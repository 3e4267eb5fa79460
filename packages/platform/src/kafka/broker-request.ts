/** A request whose body is encoded already, in one version that every supported broker knows. */
export interface BrokerRequest {
  readonly apiKey: number
  readonly apiName: string
  readonly apiVersion: number
  readonly body: Buffer
  /** Reads from an answer how long the broker wants no further request (ms). */
  readonly throttleMs?: (answer: Buffer) => number
}
