import { type CountedModel, type Pipeline, parseReference, type WindowStatistics } from '@millrace/core'
import {
  createModelExplainer,
  createScoring,
  type ModelExplainer,
  type ModelVersion,
  type OpenModelOptions,
  type Scoring,
} from '@millrace/inference'

/** A version of the pipeline's model at work, with what goes with it. */
export interface ScoredVersion extends Scoring {
  /** How its vectors and scores are counted; undefined for one without a reference, on which there are no verdicts. */
  readonly counted: CountedModel | undefined
  readonly explainer: ModelExplainer
}

export interface ScoredVersionOptions {
  readonly pipeline: Pipeline
  readonly statistics: WindowStatistics
  readonly runtime: OpenModelOptions
  /** Up to how many features an explanation is exact, and how many rows it has scored beyond that. */
  readonly explanations: { readonly exactUpTo: number; readonly maxRows: number }
}

/** Loads a version. Throws MODEL_INVALID when anything about it is not as it must be. */
export async function openScoredVersion(
  version: ModelVersion,
  { pipeline, statistics, runtime, explanations }: ScoredVersionOptions,
): Promise<ScoredVersion> {
  const { identity, reference } = version
  const counted =
    reference === undefined ? undefined : statistics.countedModel(identity, parseReference(reference))
  const scoring = await createScoring(version, pipeline.model, runtime)
  const explainer = createModelExplainer({ pipeline, version, score: scoring.score, ...explanations })
  return Object.assign(scoring, { counted, explainer })
}
