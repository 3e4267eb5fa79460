import type { Encoder } from './encoder.ts'

/** What is wrong with the settings of an encoder. */
export function settingFaults(encoder: Encoder): string[] {
  return [...ownFaults(encoder), ...outcomeFaults(encoder)]
}

function ownFaults(encoder: Encoder): string[] {
  switch (encoder.kind) {
    case 'one-hot':
      return categoriesFaults(encoder.categories)
    case 'ordinal':
      return [
        ...categoriesFaults(encoder.categories ?? ['any']),
        ...wholeFaults('maxCategories', encoder.maxCategories, 1),
      ]
    case 'frequency':
      return wholeFaults('maxCategories', encoder.maxCategories, 1)
    case 'hashing':
      return wholeFaults('buckets', encoder.buckets, 1)
    case 'target':
      return [
        ...wholeFaults('maxCategories', encoder.maxCategories, 1),
        ...wholeFaults('folds', encoder.folds, 2),
        ...unless(
          encoder.smoothing >= 0 && encoder.smoothing < Infinity,
          'its smoothing must be a number from 0',
        ),
      ]
    case 'binning':
      return unless(ascends(encoder.edges), 'its edges must be finite and ascend, each once')
    case 'quantile-binning':
    case 'uniform-binning':
      return wholeFaults('bins', encoder.bins, 2)
    case 'power':
      return unless(
        encoder.lambda === null || Number.isFinite(encoder.lambda),
        'its lambda must be a finite number',
      )
    case 'min-max-scaling':
      return unless(ascends([encoder.low, encoder.high]), 'its `low` must be below its `high`, both finite')
    case 'robust-scaling':
      return unless(
        ascends([encoder.low, encoder.high]) && encoder.low >= 0 && encoder.high <= 1,
        'its quantiles must be from 0 to 1, `low` below `high`',
      )
    case 'sine':
    case 'cosine':
      return unless(
        encoder.period > 0 && Number.isFinite(encoder.period) && Number.isFinite(encoder.start),
        'its period must be longer than 0, and its start a finite number',
      )
    default:
      return []
  }
}

/** JSON has no infinity, and models have no use for one. */
function outcomeFaults(encoder: Encoder): string[] {
  const outcomes = Object.entries(encoder).filter(([name]) =>
    ['unseen', 'missing', 'otherwise'].includes(name),
  )
  return outcomes
    .filter(([, outcome]) => outcome === Infinity || outcome === -Infinity)
    .map(([name]) => `its \`${name}\` must be a finite number, or NaN for missing`)
}

function categoriesFaults(categories: readonly string[]): string[] {
  return [
    ...unless(categories.length > 0, 'it needs at least one category'),
    ...unless(new Set(categories).size === categories.length, 'it names a category twice'),
  ]
}

function wholeFaults(name: string, value: number, least: number): string[] {
  return unless(
    Number.isSafeInteger(value) && value >= least,
    `its ${name} must be a whole number from ${least} on`,
  )
}

function ascends(values: readonly number[]): boolean {
  return values.every((value, i) => Number.isFinite(value) && (i === 0 || values[i - 1]! < value))
}

function unless(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault]
}
