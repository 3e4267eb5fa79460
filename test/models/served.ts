import { readFile } from 'node:fs/promises'
import { type LoadedModel, openModel, type Tensor } from '@millrace/inference'
import { joinRows } from '../../packages/inference/src/tensor/rows.ts'
import { type JsonTensor, type ModelFiles, valuesOf } from './model-files.ts'
import type { Output } from './same-scores.ts'

/** The outputs of a model by their names. */
export type Outputs = Readonly<Record<string, Output>>

/** A way to ask a model for rows. */
export type Way = (model: LoadedModel, rows: readonly JsonTensor[]) => Promise<Outputs>

/** Loads a model as the services do. */
export async function loadModel({
  file,
  weights,
}: Pick<ModelFiles, 'file' | 'weights'>): Promise<LoadedModel> {
  return openModel({ onnx: await readFile(file), weights })
}

/** All rows in one call. */
export async function together(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  return byName(model, await model.infer(tensorsOf(model, rows), rowCount(rows)))
}

/** A call for each row, all at once, so that they are joined into a batch. */
export async function joined(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const answers = split(model, rows, 1).map(part => model.infer(part, 1))
  return byName(model, concatenated(await Promise.all(answers)))
}

/** Two calls of half the rows each, the second when the first is answered. */
export function inHalves(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  return inTurn(model, split(model, rows, Math.ceil(rowCount(rows) / 2)))
}

/** A call for each row, each when the one before it is answered. */
export function oneByOne(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  return inTurn(model, split(model, rows, 1))
}

async function inTurn(model: LoadedModel, parts: readonly (readonly Tensor[])[]): Promise<Outputs> {
  const answers: (readonly Tensor[])[] = []
  for (const part of parts) answers.push(await model.infer(part, part[0]!.shape[0]!))
  return byName(model, concatenated(answers))
}

function tensorsOf({ signature }: LoadedModel, rows: readonly JsonTensor[]): readonly Tensor[] {
  return signature.inputs.map(({ name }) => {
    const row = rows.find(row => row.name === name)!
    return { datatype: row.datatype, shape: row.shape, data: valuesOf(row) }
  })
}

/** Tensors of `size` rows, in memory of their own, since a model takes it over. The last may be shorter. */
function split(
  model: LoadedModel,
  rows: readonly JsonTensor[],
  size: number,
): readonly (readonly Tensor[])[] {
  const [all, count] = [tensorsOf(model, rows), rowCount(rows)]
  return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
    const from = part * size
    return all.map(tensor => joinRows([{ tensor, from, rows: Math.min(size, count - from) }]))
  })
}

function concatenated(answers: readonly (readonly Tensor[])[]): readonly Tensor[] {
  return answers[0]!.map((_, output) =>
    joinRows(answers.map(answer => ({ tensor: answer[output]!, from: 0, rows: answer[output]!.shape[0]! }))),
  )
}

function byName({ signature }: LoadedModel, tensors: readonly Tensor[]): Outputs {
  const named = tensors.map(({ shape, data }, i) => [signature.outputs[i]!.name, { dims: shape, data }])
  return Object.fromEntries(named)
}

function rowCount(rows: readonly JsonTensor[]): number {
  return rows[0]!.shape[0]!
}
