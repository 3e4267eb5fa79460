import type { Tensor } from '../tensor/tensor.ts'

/** What a run of a model gave. */
export interface RunResult {
  /** In the order of the model's outputs. */
  readonly outputs: readonly Tensor[]
  /** How long the model itself took (ms). */
  readonly took: number
}

/** A loaded model, wherever it runs. */
export interface ModelRunner {
  /**
   * Runs the model on tensors in the order of its inputs, and takes over their memory. Fails with MODEL_FAILED when
   * the model cannot be run on them, with MODEL_UNAVAILABLE when it ends before it has answered.
   */
  run(inputs: readonly Tensor[]): Promise<RunResult>
}
