import { bindFeatures, type FeatureVector, type ModelSignature } from '@millrace/inference'
import { cellsOf, type RowBinding, sortRows } from './bind-columns.ts'
import { cellReader } from './cell-reader.ts'

/** Binds columns as vectors of a pipeline, exactly as the scorer binds those of the stream. Throws MODEL_INVALID. */
export function bindVectors(signature: ModelSignature, names: readonly string[]): RowBinding {
  const tensorsOf = bindFeatures(signature, names)
  return {
    columns: names,
    bind(rows, from, to) {
      const put = cellReader({ name: 'vector', datatype: 'FP64', shape: [-1] }, rows.areTexts)!
      const cells = names.map(name => cellsOf(rows, name))
      const vectors: FeatureVector[] = []
      const sorted = sortRows(from, to, (row, place) => {
        const vector = new Float64Array(names.length)
        for (let i = 0; i < names.length; i++) {
          const fault = put(vector, i, cells[i]!(row))
          if (fault !== undefined) return `"${names[i]}" ${fault}`
        }
        vectors[place] = vector
        return undefined
      })
      return { ...sorted, inputs: tensorsOf(vectors) }
    },
  }
}
