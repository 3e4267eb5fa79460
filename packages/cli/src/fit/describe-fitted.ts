import type { EncoderArtifact, FittedEncoder, Pipeline } from '@millrace/core'
import { tableLines } from '../plan/table.ts'

/** What was learnt, one line for each encoder, under a line that says from what. */
export function describeFitted({ encoders }: Pipeline, artifact: EncoderArtifact): string[] {
  const { rows, window } = artifact
  const learnt = Object.entries(artifact.encoders).map(([name, fitted]) => {
    const { kind, inputs } = encoders!.features[name]!
    return [name, `${kind} of ${inputs.join(' and ')}`, describeLearnt(fitted)]
  })
  return [
    `Learnt from ${rows} events, ${isoTime(window.start)} up to ${isoTime(window.end)}:`,
    ...tableLines([['encoder', 'made by', 'learnt'], ...learnt]).map(line => `  ${line}`),
  ]
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

/** What one encoder has learnt, in words. */
export function describeLearnt(fitted: FittedEncoder): string {
  switch (fitted.kind) {
    case 'ordinal':
      return counted(fitted.categories.length, 'category', 'categories')
    case 'frequency': {
      const [category, share] = fitted.shares.reduce((most, other) => (other[1] > most[1] ? other : most))
      return `${counted(fitted.shares.length, 'category', 'categories')}, ${category} the most frequent at ${rounded(share)}`
    }
    case 'target':
      return `${counted(fitted.categories.length, 'category', 'categories')}, overall mean ${rounded(mean(fitted.all))}`
    case 'binning':
      return `edges ${fitted.edges.map(rounded).join(', ') || 'none'}`
    case 'power':
      return `lambda ${rounded(fitted.lambda)}`
    case 'min-max-scaling':
      return `from ${rounded(fitted.min)} to ${rounded(fitted.max)}`
    case 'standard-scaling':
      return `mean ${rounded(fitted.mean)}, standard deviation ${rounded(fitted.deviation)}`
    case 'robust-scaling':
      return `median ${rounded(fitted.center)}, spread ${rounded(fitted.spread)}`
    case 'imputation':
      return typeof fitted.value === 'number' ? rounded(fitted.value) : fitted.value
  }
}

function mean({
  counts,
  sums,
}: {
  readonly counts: readonly number[]
  readonly sums: readonly number[]
}): number {
  return total(sums) / total(counts)
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)))
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
