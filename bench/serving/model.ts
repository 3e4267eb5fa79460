import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The model of the card-fraud pipeline: 15 columns, two probabilities. */
export const MODEL_FILE = join(
  import.meta.dirname,
  '../../pipelines/card-fraud/models/card_fraud/1/model.onnx',
)
export const COLUMNS = 15

export function readModelFile(): Promise<Buffer> {
  return readFile(MODEL_FILE)
}

/** Rows of plausible numbers, row-major. */
export function rowsOf(rows: number): readonly number[] {
  return Array.from({ length: rows * COLUMNS }, (_, i) => ((i * 37) % 1_000) / 8)
}
