/** Names the state of one entity of a feature view. */
export interface StateRequest {
  readonly view: string
  readonly entity: string
}

/** Reads states as the builder stages last wrote them. */
export interface StateReader {
  /** The states in the order of the requests, undefined where there is none; all in one round trip. */
  read(requests: readonly StateRequest[]): Promise<readonly (Uint8Array | undefined)[]>
}
