import { type Datatype, MODEL_ROWS, type ModelSignature, type Tensor, type TensorSpec } from '@millrace/inference'
