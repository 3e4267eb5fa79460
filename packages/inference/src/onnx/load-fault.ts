import { MillraceError } from '@millrace/core'

/** What is wrong with a model, and its mend, by what ONNX Runtime says of it. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [
    /protobuf parsing failed|No graph was found|Model data pointer is null/,
    'it is no ONNX model, or not the whole of one: copy or export it again',
  ],
  [
    /External data/,
    'its weights are in a file of their own that is not there: keep it beside the model, or export them within it',
  ],
  [
    /not a registered function/,
    'it has an operator that ONNX Runtime does not know: export it with operators of the standard',
  ],
  [/opset/i, 'its opset is newer than this ONNX Runtime: export it with a lower one'],
  [
    /Unsupported data type/,
    'it has a tensor of a type that is not supported: cast it to a common one when exporting',
  ],
]

/** The error for a model that ONNX Runtime could not load, with its words. */
export function loadFault(words: string): MillraceError {
  const known = FAULTS.find(([pattern]) => pattern.test(words))
  const fault = known === undefined ? '' : `: ${known[1]}`
  const message = `The ONNX model cannot be loaded${fault}. ONNX Runtime says: ${words.trim()}`
  return new MillraceError('MODEL_INVALID', message)
}

/** The error for tensors that a model could not be run on, with ONNX Runtime's words. */
export function runFault(words: string): MillraceError {
  return new MillraceError('MODEL_FAILED', `The model failed: ${words}`)
}
