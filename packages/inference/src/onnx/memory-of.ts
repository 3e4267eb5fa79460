import { isNumeric } from '../tensor/rows.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** The memory that moves with a tensor to another thread. */
export function memoryOf({ data }: Tensor): ArrayBuffer[] {
  return isNumeric(data) ? [data.buffer as ArrayBuffer] : []
}
