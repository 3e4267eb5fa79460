import { createHash } from 'node:crypto'
import { days, MillraceError, type Pipeline, SCORE_FEATURE } from '@millrace/core'
import { publishVersion } from '@millrace/inference'
import { daysOfHistory } from '../check/definition.ts'
import type { Simulator } from '../source/load-companion.ts'
import { SIMULATION_START, simulatedEvents } from '../source/simulation-input.ts'
import { describeBackground } from './describe-background.ts'
import { describeColumn } from './describe-column.ts'
import { logisticOnnx } from './logistic-onnx.ts'
import { type Rule, scoreByRule, weightsOf } from './rule.ts'
import { originOf } from './rule-version.ts'
import { type SimulatedVector, simulatedVectors } from './simulated-vectors.ts'

export interface RuleVersionOptions {
  readonly pipeline: Pipeline
  /** Checked. */
  readonly rule: Rule
  readonly simulator: Simulator
  /** The folder of the model's versions. */
  readonly folder: string
  readonly version: number
}

/** Another seed than that of a run, so that a run is compared with traffic of its kind, and not with itself. */
const REFERENCE_SEED = 1_000_003
const REFERENCE_DAYS = 7
const MOST_VECTORS = 200_000
const SAMPLE_ROWS = 5

/**
 * Writes a rule as a version of the pipeline's model. Its reference is simulated: a week of vectors after the windows
 * have filled. Throws INPUT_INVALID when the simulator yields none.
 */
export async function writeRuleVersion(options: RuleVersionOptions): Promise<void> {
  const { pipeline, rule, folder, version } = options
  const { inputs, name } = pipeline.model
  const weights = weightsOf(rule, pipeline.model)
  const vectors = referenceVectors(options)
  const scores = vectors.map(({ vector }) => scoreByRule(rule.intercept, weights, vector))
  const onnx = logisticOnnx(rule.intercept, weights)
  const columns = inputs.map((input, i) => [input, describeColumn(vectors.map(({ vector }) => vector[i]!))])
  const features = Object.fromEntries([...columns, [SCORE_FEATURE, describeColumn(scores)]])
  const manifest = {
    name,
    version: String(version),
    inputs,
    digest: createHash('sha256').update(onnx).digest('hex'),
    ...(pipeline.fitted !== undefined && { encoders: pipeline.fitted.digest }),
    sample: sampleOf(vectors, scores),
    writtenFrom: originOf(pipeline, rule),
  }
  const model = { name, version: String(version) }
  await publishVersion(folder, String(version), {
    'model.onnx': onnx,
    'manifest.json': json(manifest),
    'reference.json': json({ model, features }),
    'background.json': json({ model, rows: describeBackground(vectors, scores) }),
    'card.md': cardOf(options, vectors),
  })
}

function referenceVectors({ pipeline, simulator }: RuleVersionOptions): SimulatedVector[] {
  const from = SIMULATION_START + days(daysOfHistory(pipeline))
  const population = { seed: REFERENCE_SEED, customers: 1_000, terminals: 2_000, drift: undefined }
  const vectors: SimulatedVector[] = []
  for (const simulated of simulatedVectors(pipeline, simulatedEvents(pipeline, simulator, population))) {
    if (simulated.eventTime >= from + days(REFERENCE_DAYS) || vectors.length === MOST_VECTORS) break
    if (simulated.eventTime >= from) vectors.push(simulated)
  }
  if (vectors.length > 0) return vectors
  throw new MillraceError(
    'INPUT_INVALID',
    `The simulator yields no ${pipeline.scored.name} after ${daysOfHistory(pipeline)} days: the reference has nothing to describe.`,
  )
}

/** Vectors from the lowest to the highest score. */
function sampleOf(vectors: readonly SimulatedVector[], scores: readonly number[]): object {
  const order = scores.map((_, row) => row).toSorted((a, b) => scores[a]! - scores[b]!)
  const places = Array.from({ length: SAMPLE_ROWS }, (_, i) =>
    Math.round((i * (order.length - 1)) / (SAMPLE_ROWS - 1)),
  )
  const picked = places.map(place => order[place]!)
  return { rows: picked.map(row => vectors[row]!.vector), scores: picked.map(row => scores[row]!) }
}

function cardOf(
  { pipeline, rule, version }: RuleVersionOptions,
  vectors: readonly SimulatedVector[],
): string {
  const weights = weightsOf(rule, pipeline.model)
  const rows = pipeline.model.inputs.map((input, i) => `| ${input} | ${weights[i]} |`)
  return `# ${pipeline.model.name} ${version}

A declared rule: nobody trained it, and nothing is known about how well it decides. The score is 1 / (1 + e^−z), with
z = ${rule.intercept} + Σ weight × input; a missing input adds nothing.

| input | weight |
| --- | --- |
${rows.join('\n')}

\`reference.json\` describes ${vectors.length} simulated events, after ${daysOfHistory(pipeline)} days of history.
Replace it by a trained version once there are outcomes to learn from.
`
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
