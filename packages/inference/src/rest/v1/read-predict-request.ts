import { readJson } from '@millrace/platform/http'
import { readJsonTensor } from '../../tensor/json-tensor.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../../tensor/tensor.ts'
import { invalid, isObject, type JsonObject, objectOf, quoted } from '../infer/json-object.ts'
import { bytesTexts } from './base64-texts.ts'
import { shapeOf } from './shape-of.ts'

/** A checked request of version 1. */
export interface PredictRequest {
  /** Rows: an object or a value for each; columns: a tensor for each input. */
  readonly form: 'rows' | 'columns'
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[]
  /** How many instances came; 0 for columns. */
  readonly rows: number
}

/** Reads a request of version 1. Throws REQUEST_INVALID that says what is wrong with it. */
export function readPredictRequest(body: unknown, { inputs: specs }: ModelSignature): PredictRequest {
  const { instances, inputs, signature_name: signature } = objectOf(readJson(body), 'The request')
  if (signature !== undefined && signature !== 'serving_default') {
    throw invalid('The model has one signature, "serving_default": leave "signature_name" out.')
  }
  if ((instances === undefined) === (inputs === undefined)) {
    throw invalid('The request needs either "instances" (rows) or "inputs" (columns), and not both.')
  }
  if (instances === undefined) return { form: 'columns', inputs: readColumns(inputs, specs), rows: 0 }
  if (!Array.isArray(instances) || instances.length === 0) {
    throw invalid('The "instances" must be a list of at least one.')
  }
  return { form: 'rows', inputs: readRows(instances, specs), rows: instances.length }
}

/** One tensor for each input, under its name; for a model of one input the tensor alone will do. */
function readColumns(columns: unknown, specs: readonly TensorSpec[]): readonly Tensor[] {
  if (specs.length === 1 && !isNamed(columns, specs)) return [readTensor(columns, specs[0]!)]
  const named = onlyInputs(objectOf(columns, 'The "inputs"'), specs)
  return specs.map(spec => readTensor(givenFor(named, spec), spec))
}

/** An object for each row; for a model of one input the value alone will do. */
function readRows(rows: readonly unknown[], specs: readonly TensorSpec[]): readonly Tensor[] {
  const [first] = specs
  if (specs.length === 1 && !isNamed(rows[0], specs)) return [readTensor(rows, first!)]
  const objects = rows.map(row => onlyInputs(objectOf(row, 'An instance'), specs))
  return specs.map(spec =>
    readTensor(
      objects.map(row => givenFor(row, spec)),
      spec,
    ),
  )
}

/** Whether a value is told by names of inputs, and is no text in base64. */
function isNamed(value: unknown, specs: readonly TensorSpec[]): value is JsonObject {
  return isObject(value) && (specs[0]!.datatype !== 'BYTES' || !('b64' in value))
}

function onlyInputs(object: JsonObject, specs: readonly TensorSpec[]): JsonObject {
  for (const name in object) {
    if (!specs.some(spec => spec.name === name)) {
      throw invalid(`The model has no such input: it has ${quoted(specs)}.`)
    }
  }
  return object
}

function givenFor(object: JsonObject, { name }: TensorSpec): unknown {
  if (Object.hasOwn(object, name)) return object[name]
  throw invalid(`The input "${name}" is missing.`)
}

/** A tensor whose shape is that of its lists. */
function readTensor(value: unknown, spec: TensorSpec): Tensor {
  const { datatype } = spec
  const list = Array.isArray(value) ? value : [value]
  const data = datatype === 'BYTES' ? bytesTexts(list, spec) : list
  return readJsonTensor(
    { shape: shapeOf(Array.isArray(value) ? data : data[0], spec.shape), datatype, data },
    spec,
  )
}
