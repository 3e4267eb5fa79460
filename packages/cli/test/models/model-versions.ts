import { hash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { SCORE_FEATURE } from '@millrace/core'
import { FolderRegistry } from '@millrace/inference'
import type { ModelContext } from '../../src/models/model-context.ts'
import { describeColumn } from '../../src/rule/describe-column.ts'
import { logisticOnnx } from '../../src/rule/logistic-onnx.ts'
import { scoreByRule } from '../../src/rule/rule.ts'
import pipeline from '../../template/pipeline.ts'
import { temporaryFolder } from '../project.ts'

export interface VersionOptions {
  readonly intercept: number
  readonly inputs?: readonly string[]
  /** How far the scores of the sample are from those of the model. */
  readonly sampleOff?: number
  readonly figures?: object
}

const { name, inputs: DECLARED } = pipeline.model

/** The files of a version whose score is 1 / (1 + e^−z), z = the intercept + the sum of the inputs. */
export function versionFiles(version: string, options: VersionOptions): Record<string, string | Uint8Array> {
  const { intercept, inputs = DECLARED, sampleOff = 0, figures } = options
  const weights = inputs.map(() => 1)
  const onnx = logisticOnnx(intercept, weights)
  const rows = [0, 1, 2].map(value => inputs.map(() => value))
  const scores = rows.map(row => scoreByRule(intercept, weights, row))
  const columns = inputs.map((input, i) => [input, describeColumn(rows.map(row => row[i]!))])
  const features = Object.fromEntries([...columns, [SCORE_FEATURE, describeColumn(scores)]])
  const sample = { rows, scores: scores.map(score => score + sampleOff) }
  const manifest = { name, version, inputs, digest: hash('sha256', onnx), figures, sample }
  return {
    'model.onnx': onnx,
    'manifest.json': JSON.stringify(manifest),
    'reference.json': JSON.stringify({ model: { name, version }, features }),
  }
}

/** A folder with versions 1, 2, 3 … of the template's model. */
export async function folderContext(
  t: TestContext,
  ...versions: readonly VersionOptions[]
): Promise<ModelContext & { readonly registry: FolderRegistry }> {
  const place = await temporaryFolder(t)
  const registry = new FolderRegistry({ folderOf: () => place, now: () => Date.UTC(2026, 5, 1, 12) })
  for (const [i, options] of versions.entries()) {
    await registry.publish(name, String(i + 1), versionFiles(String(i + 1), options))
  }
  return { pipeline, registry, place }
}
