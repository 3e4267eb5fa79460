import { bindFeatures, type FeatureVector, type ModelSignature } from '@millrace/inference'
import { cellReader } from './cell-reader.ts'
import type { RowBinding } from './bind-columns.ts'
import type { RejectedRow } from './rows.ts'

/** Binds columns as vectors of a pipeline, exactly as the scorer binds those of the stream. Throws MODEL_INVALID. */
export function bindVectors(signature: ModelSignature, names: readonly string[]): RowBinding {
  const tensorsOf = bindFeatures(signature, names)
  return {
    columns: names,
    bind(rows, from, to) {
      const put = cellReader({ name: '', datatype: 'FP64', shape: [-1] }, rows.areTexts)!
      const cells = names.map(name => rows.column(name) ?? missingColumn(name))
      const vectors: FeatureVector[] = []
      const kept: number[] = []
      const rejected: RejectedRow[] = []
      for (let row = from; row < to; row++) {
        const vector = new Float64Array(names.length)
        const faults = cells.flatMap((cellOf, i) => {
          const fault = put(vector, i, cellOf(row))
          return fault === undefined ? [] : [`"${names[i]}" ${fault}`]
        })
        if (faults.length > 0) {
          rejected.push({ row, reason: faults[0]! })
          continue
        }
        vectors.push(vector)
        kept.push(row)
      }
      return { inputs: tensorsOf(vectors), kept, rejected }
    },
  }
}
