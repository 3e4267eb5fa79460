/** What a caller must be allowed; `open`: nothing. */
export type MethodScope = 'open' | 'score' | 'administer-models'

/** Who calls, and for how long it waits. */
export interface CallContext {
  /** When the answer is of no use any more, by `performance.now()` (ms). */
  readonly deadline: number | undefined
  /** Whether somebody still waits for the answer. */
  readonly isWanted: () => boolean
}

interface AnyMethod {
  /** `/package.Service/Method` */
  readonly path: string
  readonly scope: MethodScope
}

/** Answers each request by one message. */
export interface AnsweringMethod extends AnyMethod {
  /** `unary`: one request; `conversation`: as many as the caller likes, answered in their order. */
  readonly kind: 'unary' | 'conversation'
  /** The answer with as many bytes free before it as its frame takes. Throws as the method fails. */
  readonly answer: (request: Buffer, call: CallContext) => Promise<Buffer> | Buffer
}

/** Answers one request by messages for as long as the caller listens. */
export interface WatchingMethod extends AnyMethod {
  readonly kind: 'watch'
  /** What is to be sent now, with as many bytes free before it as its frame takes; sent whenever it has changed. */
  readonly look: (request: Buffer) => Buffer
}

export type Method = AnsweringMethod | WatchingMethod
