import { MillraceError } from '../errors.ts'
import { SCORE_FEATURE } from '../message/statistics-record.ts'

/** How one feature was distributed when the model was trained. */
export interface FeatureReference {
  /** Values that were not missing. */
  readonly count: number
  /** Values that were null or NaN. */
  readonly missing: number
  /** Inner bin edges, ascending: the unique deciles. */
  readonly edges: readonly number[]
  /** One per bin, of `count`: bin i holds edges[i − 1] < x ≤ edges[i], the outer edges are −∞ and +∞. */
  readonly fractions: readonly number[]
  readonly mean?: number
  /** Standard deviation. */
  readonly std?: number
}

/** A model's `reference.json`: what its windows are compared with. */
export interface ModelReference {
  readonly model: { readonly name: string; readonly version: string }
  /** Every input of the model, and `score`. */
  readonly features: Readonly<Record<string, FeatureReference>>
}

const SUM_TOLERANCE = 1e-6

type Json = Readonly<Record<string, unknown>>

/** Checks the parsed content of a `reference.json`. Throws MODEL_INVALID that lists every fault. */
export function parseReference(json: unknown): ModelReference {
  const { model, features } = asObject(json)
  const faults = [...modelFaults(model), ...featuresFaults(features)]
  if (faults.length > 0)
    throw new MillraceError(
      'MODEL_INVALID',
      `The model's reference cannot be used:\n- ${faults.join('\n- ')}`,
      {
        details: { faults },
      },
    )
  return json as ModelReference
}

function modelFaults(model: unknown): string[] {
  const { name, version } = asObject(model)
  return Object.entries({ name, version })
    .filter(([, value]) => typeof value !== 'string' || value === '')
    .map(([field]) => `model.${field}: must be a text`)
}

function featuresFaults(features: unknown): string[] {
  const entries = Object.entries(asObject(features))
  const faults = entries.flatMap(([name, feature]) =>
    featureFaults(asObject(feature)).map(fault => `features.${name}.${fault}`),
  )
  return SCORE_FEATURE in asObject(features) ? faults : [...faults, `features.${SCORE_FEATURE}: is missing`]
}

function featureFaults({ count, missing, edges, fractions, mean, std }: Json): string[] {
  return [
    ...(isCount(count) ? [] : ['count: must be a whole number from 0']),
    ...(isCount(missing) ? [] : ['missing: must be a whole number from 0']),
    ...edgesFaults(edges),
    ...fractionsFaults(fractions, edges, count),
    ...(mean === undefined || Number.isFinite(mean) ? [] : ['mean: must be a finite number']),
    ...(std === undefined || (Number.isFinite(std) && Number(std) >= 0)
      ? []
      : ['std: must be a finite number from 0']),
  ]
}

function edgesFaults(edges: unknown): string[] {
  if (!isNumbers(edges)) return ['edges: must be a list of finite numbers']
  const ascends = edges.every((edge, i) => i === 0 || edges[i - 1]! < edge)
  return ascends ? [] : ['edges: must ascend, each edge once']
}

function fractionsFaults(fractions: unknown, edges: unknown, count: unknown): string[] {
  if (!isNumbers(fractions)) return ['fractions: must be a list of finite numbers']
  const bins = isNumbers(edges) ? edges.length + 1 : fractions.length
  if (fractions.length !== bins)
    return [`fractions: has ${fractions.length} numbers, its edges make ${bins} bins`]
  if (fractions.some(fraction => fraction < 0)) return ['fractions: must not be negative']
  const expected = count === 0 ? 0 : 1
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0)
  return Math.abs(total - expected) <= SUM_TOLERANCE ? [] : [`fractions: add up to ${total}, not ${expected}`]
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isFinite)
}
