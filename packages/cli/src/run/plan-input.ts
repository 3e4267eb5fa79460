import { MillraceError, type Pipeline } from '@millrace/core'
import type { StartOptions } from '../commands/start-options.ts'
import { detectFormat } from '../input/format.ts'
import { eventFileInput } from '../source/event-file-input.ts'
import { type FileInputOptions, fileInput } from '../source/file-input.ts'
import type { Input } from '../source/input-event.ts'
import { hasCompanion, loadHandbook, loadSimulator } from '../source/load-companion.ts'
import { simulationInput } from '../source/simulation-input.ts'
import { RowIds } from '../vectors/row-ids.ts'
import { VectorFile } from '../vectors/vector-file.ts'

/** What is sent, and the file that the vectors of its rows go to. */
export interface PlannedInput {
  readonly input: Input
  /** Opens the file; undefined when none is wanted. */
  readonly openVectors: (() => Promise<VectorFile>) | undefined
}

/** Makes the input that the options describe. Throws INPUT_INVALID, and CONFIG_INVALID when the pipeline has none. */
export async function planInput(pipeline: Pipeline, options: StartOptions): Promise<PlannedInput> {
  const { input: wanted, pipelineFile, vectors: path, speed, order } = options
  if (wanted.kind === 'simulation') {
    const simulator = await loadSimulator(pipelineFile)
    return {
      input: await simulationInput(pipeline, simulator, { ...wanted, speed, order }),
      openVectors: undefined,
    }
  }
  if (!(await hasCompanion(pipelineFile, 'handbook.ts'))) return planEventFile(pipeline, options, wanted)
  const { handbookRowToEvents, HANDBOOK_FEATURES: names } = await loadHandbook(pipelineFile)
  if (path === undefined) {
    const input = await fileInput(pipeline, handbookRowToEvents, { ...wanted, speed, order })
    return { input, openVectors: undefined }
  }
  const ids = new RowIds()
  const { rows } = await detectFormat(wanted.path)
  const toEvents = ids.noting(handbookRowToEvents, rows)
  const input = await fileInput(pipeline, toEvents, { ...wanted, speed, order })
  return { input, openVectors: () => VectorFile.open({ path, ids, names }) }
}

/** A pipeline without a reading of the handbook's rows reads its own events. */
async function planEventFile(
  pipeline: Pipeline,
  { vectors, speed, order }: StartOptions,
  { path, events }: Pick<FileInputOptions, 'path' | 'events'>,
): Promise<PlannedInput> {
  if (vectors !== undefined) {
    throw new MillraceError(
      'CONFIG_INVALID',
      '--vectors is for rows of the handbook: the features of your own events are in the topic of the predictions.',
    )
  }
  return { input: await eventFileInput(pipeline, { path, events, speed, order }), openVectors: undefined }
}
