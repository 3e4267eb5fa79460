import type { Tensor } from '../tensor/tensor.ts'
import type { TensorFacts } from './signature.ts'

/** What a model is loaded from. */
export interface ModelFiles {
  readonly onnx: Uint8Array
  /** Weights that the graph keeps in files of their own, by the path it names them with. */
  readonly weights?: readonly WeightFile[]
  /** How many threads ONNX Runtime may use for one run. Default 1. */
  readonly runtimeThreads?: number
  /** How often it is loaded, to learn how long that takes: behind the first time, when much else begins. Default 1. */
  readonly loads?: number
}

export interface WeightFile {
  readonly path: string
  readonly data: Uint8Array
}

/** Tensors to be run, in the order of the model's inputs. `close` instead ends the thread when it has answered all. */
export type ToThread = { readonly inputs: readonly Tensor[] } | 'close'

/** `ready` or `unusable` comes first; then an answer for each run, in their order. */
export type FromThread =
  | {
      readonly kind: 'ready'
      readonly inputs: readonly TensorFacts[]
      readonly outputs: readonly TensorFacts[]
      readonly loadCpu: number
    }
  | { readonly kind: 'unusable'; readonly message: string }
  | {
      readonly kind: 'done'
      readonly outputs: readonly Tensor[]
      /** How long the model itself took (ms). */
      readonly took: number
    }
  | { readonly kind: 'failed'; readonly message: string }
