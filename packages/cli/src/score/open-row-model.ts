import { availableParallelism } from 'node:os'
import { decide, MillraceError } from '@millrace/core'
import {
  bindScore,
  createScoring,
  findModels,
  knownScore,
  type LoadedModel,
  modelFolder,
  type OpenModelOptions,
  openVersion,
  readNewestModel,
} from '@millrace/inference'
import { bindColumns } from './bind-columns.ts'
import { bindVectors } from './bind-vectors.ts'
import { outputColumns } from './output-columns.ts'
import { decisionColumn, type RowModel, scoreColumn } from './row-model.ts'
import { CHUNK_ROWS } from './score-rows.ts'

/**
 * Opens the newest version of the model at a path. Its columns are the named ones, else those of its manifest, else
 * those named as its inputs. Throws MODEL_INVALID.
 */
export async function openFileModel(
  path: string,
  columns: readonly string[] | undefined,
  threads = availableParallelism(),
): Promise<RowModel> {
  const found = await findModels(path)
  if (found.length > 1)
    throw new MillraceError(
      'MODEL_INVALID',
      `${path} has the models ${found.map(({ name }) => name).join(', ')}: name one of them.`,
    )
  const { name, versions } = found[0]!
  const { model, manifest, identity, close } = await openVersion(name, versions[0]!, optionsFor(threads))
  const names = columns ?? namesOf(model, manifest?.inputs)
  const scoreOf = knownScore(model.signature)
  const outputs = outputColumns(model.signature)
  const isNamed = outputs.some(column => column.name === 'score')
  return {
    ...{ identity, model, scoreOf, close },
    stamp: versions[0]!.stamp,
    binding: bindColumns(model.signature, names),
    columns: scoreOf === undefined || isNamed ? outputs : [scoreColumn(scoreOf), ...outputs],
  }
}

/** A manifest names the columns of the model's only input, or its inputs themselves. */
function namesOf(
  { signature: { inputs } }: LoadedModel,
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  return inputs.length === 1 ? names : undefined
}

/** Opens the newest version of a pipeline's model, for vectors as the pipeline computes them. Throws MODEL_INVALID. */
export async function openPipelineModel(
  pipelineFile: string,
  threads = availableParallelism(),
): Promise<RowModel> {
  const { loadPipeline } = await import('@millrace/platform')
  const { model: declared, fitted } = await loadPipeline(pipelineFile)
  const version = await readNewestModel(modelFolder(pipelineFile, declared), declared, fitted)
  const { model, identity, close } = await createScoring(version, declared, optionsFor(threads))
  const scoreOf = bindScore(model.signature, declared)
  return {
    ...{ identity, model, scoreOf, close },
    stamp: JSON.stringify(declared),
    binding: bindVectors(model.signature, declared.inputs),
    columns: [scoreColumn(scoreOf), decisionColumn(scoreOf, score => decide(declared, score))],
  }
}

function optionsFor(threads: number): OpenModelOptions {
  return { threads, maxBatch: CHUNK_ROWS, capacity: Number.MAX_SAFE_INTEGER }
}
