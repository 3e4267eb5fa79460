import { Tensor as OnnxTensor } from 'onnxruntime-node'
import { datatypeOf, onnxNameOf, type TensorData } from '../tensor/datatypes.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** A tensor as ONNX Runtime takes it; numbers stay in their memory. */
export function toOnnx({ datatype, shape, data }: Tensor): OnnxTensor {
  return new OnnxTensor(onnxNameOf(datatype) as 'float32', data as Float32Array, shape)
}

/** A tensor of ONNX Runtime, whose memory is its own, with memory of ours. */
export function fromOnnx({ type, data, dims }: OnnxTensor): Tensor {
  return { datatype: datatypeOf(type)!, shape: dims, data: data.slice() as TensorData }
}
