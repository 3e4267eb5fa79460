import type { Fallback } from './fallback.ts'
import type { FeatureNames, FeaturePart } from './feature-names.ts'

/** What is done with a score: the first decision whose `from` it reaches, read from the highest. */
export interface DecisionRule {
  readonly decision: string
  /** Lowest score of this decision, inclusive. */
  readonly from: number
}

/** How an input is called where it is a reason for a score. */
export interface ReasonText {
  /** Stable name, of capital letters, digits and _. Default: the input's name in capital letters. */
  readonly code?: string
  /** What it is, as a noun: "payments of the customer in a day". Default: made of the feature's declaration. */
  readonly words?: string
}

export interface Model {
  readonly name: string
  /** The folder of the model's versions, relative to the pipeline file. */
  readonly path: string
  /** Feature names in the order of the ONNX input tensor. */
  readonly inputs: readonly string[]
  /** Where the score stands; without it, where classifiers and regressions have it (docs/model-folder.md). */
  readonly score?: ScoreOutput
  readonly decisions: readonly DecisionRule[]
  /** How inputs are called in explanations. */
  readonly reasons?: Readonly<Partial<Record<string, ReasonText>>>
  readonly canary?: CanaryOptions
  readonly fallback?: Fallback
}

/** How a new version is tried on a part of the traffic (docs/model-registry.md). */
export interface CanaryOptions {
  /** The share of keys that the version with the alias `canary` answers, from 0 to 1, where the registry says no other. */
  readonly share: number
}

/** The value of an ONNX model that is the score. */
export interface ScoreOutput {
  /** Name of the output, a float for each row, or for each row and class. */
  readonly output: string
  /** Place of the value within a row: the class, counted from 0. Default 0. */
  readonly column?: number
}

export interface ModelOptions<S extends readonly FeaturePart[]> {
  readonly name: string
  readonly path: string
  /** Where the inputs come from. */
  readonly features: S
  readonly inputs: readonly NoInfer<FeatureNames<S>>[]
  readonly score?: ScoreOutput
  readonly decisions: readonly DecisionRule[]
  readonly reasons?: Readonly<Partial<Record<NoInfer<FeatureNames<S>>, ReasonText>>>
  readonly canary?: CanaryOptions
  /** What is done without features, or without a model. */
  readonly fallback?: Fallback<NoInfer<FeatureNames<S>>>
}

/** Declares the model that scores the pipeline's vectors. */
export function defineModel<const S extends readonly FeaturePart[]>(options: ModelOptions<S>): Model {
  const { features: _, ...model } = options
  return Object.freeze({ ...model, decisions: options.decisions.toSorted((a, b) => b.from - a.from) })
}

/** The decision for a score; the lowest rule when none is reached. */
export function decide(model: Model, score: number): string {
  const rule = model.decisions.find(candidate => score >= candidate.from) ?? model.decisions.at(-1)
  return rule!.decision
}
