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
  readonly decisions: readonly DecisionRule[]
  /** How inputs are called in explanations. */
  readonly reasons?: Readonly<Partial<Record<string, ReasonText>>>
}

export interface ModelOptions<S extends readonly FeaturePart[]> {
  readonly name: string
  readonly path: string
  /** Where the inputs come from. */
  readonly features: S
  readonly inputs: readonly NoInfer<FeatureNames<S>>[]
  readonly decisions: readonly DecisionRule[]
  readonly reasons?: Readonly<Partial<Record<NoInfer<FeatureNames<S>>, ReasonText>>>
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
