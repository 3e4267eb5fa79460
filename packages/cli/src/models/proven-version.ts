import { MillraceError } from '@millrace/core'
import { createScoring, type ModelVersion, readVersion, type Scoring } from '@millrace/inference'
import { checkReference } from './check-reference.ts'
import type { ModelContext } from './model-context.ts'

/** What was found out about a version by really loading it. */
export interface ProvenVersion {
  readonly version: ModelVersion
  readonly scoring: Scoring
  /** How far its scores lie at most from those that training wrote down; undefined where it wrote none. */
  readonly sampleDifference: number | undefined
}

/**
 * Loads a version as a scorer would, lets it score its sample, and hands it to `use`. Throws MODEL_INVALID, in words,
 * for whatever would keep a scorer from serving it.
 */
export async function withProvenVersion<T>(
  { pipeline, registry }: ModelContext,
  number: string,
  use: (proven: ProvenVersion) => T | Promise<T>,
): Promise<T> {
  const version = await readVersion(registry, number, pipeline.model, pipeline.fitted)
  checkReference(version, pipeline)
  const scoring = await saying(number, createScoring(version, pipeline.model))
  try {
    return await use({ version, scoring, sampleDifference: await sampleDifference(scoring, version) })
  } finally {
    await scoring.close()
  }
}

/** Adds to what is wrong with a version which one it is. */
export async function saying<T>(number: string, loading: Promise<T>): Promise<T> {
  return loading.catch(error => {
    if (!(error instanceof MillraceError)) throw error
    throw new MillraceError(error.code, `Version ${number} cannot be used: ${error.message}`, {
      cause: error,
    })
  })
}

async function sampleDifference(scoring: Scoring, { manifest }: ModelVersion): Promise<number | undefined> {
  if (manifest === undefined) return undefined
  const { rows, scores } = manifest.sample
  const given = await scoring.score(rows)
  return Math.max(...scores.map((score, row) => Math.abs(score - given[row]!)))
}
