import type { ModelSignature } from './signature.ts'

/** What a scoring worker is started with. */
export interface WorkerTask {
  readonly onnx: Uint8Array
  /** How many values a vector has. */
  readonly columns: number
}

/** Vectors to be scored, row after row. `close` instead of a batch ends the worker when it has answered all. */
export type ToWorker =
  | { readonly id: number; readonly vectors: Float32Array; readonly rows: number }
  | 'close'

/** `ready` or `unusable` comes first; then an answer for each batch, in their order. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly signature: ModelSignature }
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'scored'; readonly id: number; readonly probabilities: Float32Array }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
