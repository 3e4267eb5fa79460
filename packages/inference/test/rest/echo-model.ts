import { MillraceError } from '@millrace/core'
import type { InferOptions } from '../../src/batching/batch-queue.ts'
import type { ServedModel } from '../../src/served/served-models.ts'
import { DATATYPES, type Datatype } from '../../src/tensor/datatypes.ts'
import type { Tensor, TensorSpec } from '../../src/tensor/tensor.ts'
import { fakeModel } from './fake-model.ts'

export interface EchoModel extends ServedModel {
  /** What was asked last. */
  asked: { readonly inputs: readonly Tensor[]; readonly options: InferOptions | undefined } | undefined
}

/** A model that answers its inputs; its outputs have their names with `_out` behind them. */
export function echoModel(inputs: readonly TensorSpec[], joins = true): EchoModel {
  return {
    ...fakeModel(),
    identity: { name: 'echo', version: '1', digest: 'e'.repeat(64) },
    versions: ['1'],
    joins,
    signature: { inputs, outputs: inputs.map(spec => ({ ...spec, name: `${spec.name}_out` })) },
    asked: undefined,
    async infer(tensors, options) {
      this.asked = { inputs: tensors, options }
      if (joins && tensors.some(({ shape }) => shape[0] !== tensors[0]!.shape[0])) {
        throw new MillraceError('REQUEST_INVALID', 'The inputs differ in their rows.')
      }
      return tensors
    },
  }
}

/** One input of each datatype, of so many columns. */
export function inputOfEach(columns: number, datatypes: readonly Datatype[] = DATATYPES): TensorSpec[] {
  return datatypes.map(datatype => ({ name: datatype.toLowerCase(), datatype, shape: [-1, columns] }))
}
