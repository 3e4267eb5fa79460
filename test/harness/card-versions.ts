import { hash } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { cardFraud } from '@millrace/card-fraud'
import { createScoring, FolderRegistry, publishVersion, readAnyVersion } from '@millrace/inference'
import { linearModel } from '../../packages/inference/test/onnx/onnx-bytes.ts'

const SHIPPED = resolve(import.meta.dirname, '../../pipelines/card-fraud/models/card_fraud')
const NIGHT = cardFraud.inputs.indexOf('during_night')

/**
 * Writes versions of the card fraud model into a folder: 1 as it is shipped; 2, whose score is 1 at night and 0 by day;
 * 3, whose ONNX file is not the one of its manifest.
 */
export async function writeCardVersions(folder: string): Promise<void> {
  await cp(join(SHIPPED, '1'), join(folder, '1'), { recursive: true })
  const [manifest, reference] = await Promise.all(
    ['manifest.json', 'reference.json'].map(async name =>
      JSON.parse(await readFile(join(SHIPPED, '1', name), 'utf8')),
    ),
  )
  const onnx = linearModel(cardFraud.inputs.map((_, i) => (i === NIGHT ? 1 : 0)))
  const rows: readonly (readonly number[])[] = manifest.sample.rows
  const documentsOf = (version: string) => ({
    'manifest.json': JSON.stringify({
      ...manifest,
      version,
      digest: hash('sha256', onnx),
      sample: { rows, scores: rows.map(row => row[NIGHT]) },
    }),
    'reference.json': JSON.stringify({ ...reference, model: { name: cardFraud.name, version } }),
  })
  await publishVersion(folder, '2', { ...documentsOf('2'), 'model.onnx': onnx })
  const damaged = await readFile(join(SHIPPED, '1', 'model.onnx'))
  await publishVersion(folder, '3', { ...documentsOf('3'), 'model.onnx': damaged })
}

/** Loads a version here, to tell what it has to score. */
export async function scoringOf(folder: string, version: string) {
  const registry = new FolderRegistry({ folderOf: () => folder })
  return createScoring(await readAnyVersion(registry, version, cardFraud), cardFraud)
}
