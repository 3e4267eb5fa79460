import { MillraceError, type ModelIdentity } from '@millrace/core'
import type { LoadedModel } from '../model/open-model.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { ServedModel } from './served-models.ts'

/** A loaded model as callers see it. */
export function servedModel(
  identity: ModelIdentity,
  model: LoadedModel,
  versions: () => readonly string[] = () => [identity.version],
): ServedModel {
  return {
    identity,
    get versions() {
      return versions()
    },
    signature: model.signature,
    joins: model.joins,
    get ready() {
      return model.ready
    },
    get statistics() {
      return model.statistics
    },
    async infer(inputs, options) {
      return model.infer(inputs, model.joins ? rowsOf(inputs) : 1, options)
    },
  }
}

function rowsOf(inputs: readonly Tensor[]): number {
  const rows = inputs[0]!.shape[0]!
  if (inputs.every(({ shape }) => shape[0] === rows)) return rows
  throw new MillraceError(
    'REQUEST_INVALID',
    'The inputs differ in their first dimension, which is that of the rows.',
  )
}
