import { emptyData } from '../tensor/datatypes.ts'
import { elementsOf, type ModelSignature, type Tensor } from '../tensor/tensor.ts'

/** Zeros and empty texts for every input; free dimensions behind the rows are 1. */
export function emptyRows({ inputs }: ModelSignature, rows: number): readonly Tensor[] {
  return inputs.map(({ datatype, shape }) => {
    const sizes = shape.map((size, i) => (i === 0 && size < 0 ? rows : Math.abs(size)))
    return { datatype, shape: sizes, data: emptyData(datatype, elementsOf(sizes)) }
  })
}
