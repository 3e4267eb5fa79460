import type { ModelIdentity } from '@millrace/core'
import type { InferOptions } from '../batching/batch-queue.ts'
import type { InferenceStatistics } from '../batching/statistics.ts'
import type { ModelSignature, Tensor } from '../tensor/tensor.ts'

/** One version of a model, as callers of every protocol see it. */
export interface ServedModel {
  readonly identity: ModelIdentity
  /** Versions of the model that are served beside it, and itself; the lowest first. */
  readonly versions: readonly string[]
  readonly signature: ModelSignature
  /** Whether the first dimension of every tensor is its rows, of which there may be any number. */
  readonly joins: boolean
  readonly ready: boolean
  readonly statistics: InferenceStatistics
  /**
   * Answers the outputs in the order of the signature, for inputs in the order of the signature, which fit its shapes.
   * Fails as `InferencePool.infer` does, and with REQUEST_INVALID when the inputs differ in their rows.
   */
  infer(inputs: readonly Tensor[], options?: InferOptions): Promise<readonly Tensor[]>
}

/** Where a version stands; `reason` says why it does not serve. */
export interface RepositoryEntry {
  readonly name: string
  readonly version: string
  readonly state: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE'
  readonly reason: string
}

/** The models that a server answers for. */
export interface ServedModels {
  /** In alphabetical order. */
  names(): readonly string[]
  /**
   * The version that answers callers who name none, or the one that is named. Throws NOT_FOUND for what is not known
   * here, MODEL_UNAVAILABLE for what is not loaded.
   */
  find(name: string, version?: string): ServedModel
  /** The version that an alias names, such as `champion`. Throws as `find`. */
  findByAlias(name: string, alias: string): ServedModel
  /** Every version that is known here, served or not. */
  index(): readonly RepositoryEntry[]
  /** Loads a model anew: the version that is to serve. Throws NOT_FOUND, MODEL_INVALID. */
  load(name: string): Promise<void>
  /** Lets go of a model until it is loaded again. Throws NOT_FOUND. */
  unload(name: string): Promise<void>
}
