import type { FeatureNames, FeaturePart } from './feature-names.ts'

/** What is done with a score: the first decision whose `from` it reaches, read from the highest. */
export interface DecisionRule {
  readonly decision: string
  /** Lowest score of this decision, inclusive. */
  readonly from: number
}

export interface Model {
  readonly name: string
  /** The folder of the model's versions, relative to the pipeline file. */
  readonly path: string
  /** Feature names in the order of the ONNX input tensor. */
  readonly inputs: readonly string[]
  readonly decisions: readonly DecisionRule[]
}

export interface ModelOptions<S extends readonly FeaturePart[]> {
  readonly name: string
  readonly path: string
  /** Where the inputs come from. */
  readonly features: S
  readonly inputs: readonly NoInfer<FeatureNames<S>>[]
  readonly decisions: readonly DecisionRule[]
}

/** Declares the model that scores the pipeline's vectors. */
export function defineModel<const S extends readonly FeaturePart[]>(options: ModelOptions<S>): Model {
  const { name, path, inputs } = options
  const decisions = options.decisions.toSorted((a, b) => b.from - a.from)
  return Object.freeze({ name, path, inputs, decisions })
}

/** The decision for a score; the lowest rule when none is reached. */
export function decide(model: Model, score: number): string {
  const rule = model.decisions.find(candidate => score >= candidate.from) ?? model.decisions.at(-1)
  return rule!.decision
}
