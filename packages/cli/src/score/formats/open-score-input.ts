import { isParquet } from '../../backfill/read-inputs.ts'
import { openParquetInput } from './parquet-input.ts'
import type { ScoreInput } from './score-format.ts'
import { openTextInput } from './text-input.ts'

/** Opens a file of one of the formats, which its content tells. Throws INPUT_INVALID. */
export async function openScoreInput(path: string): Promise<ScoreInput> {
  return (await isParquet(path)) ? openParquetInput(path) : openTextInput(path)
}
