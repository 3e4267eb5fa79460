import {
  compileReasons,
  type ExplainedFeature,
  explainedFeatures,
  MillraceError,
  type Pipeline,
  type Reason,
} from '@millrace/core'
import type { InferOptions } from '../batching/batch-queue.ts'
import type { ModelVersion } from '../registry/check-version.ts'
import { createExplainer, type ExplainerOptions } from './explainer.ts'

export interface ModelExplainerOptions extends Pick<ExplainerOptions, 'score' | 'exactUpTo' | 'maxRows'> {
  readonly pipeline: Pipeline
  /** The version that `score` asks. */
  readonly version: Pick<ModelVersion, 'identity'> & Partial<Pick<ModelVersion, 'background'>>
}

/** Why a vector has its score. */
export interface Explanation {
  readonly score: number
  /** The mean score of the background: with all contributions it adds up to the score. */
  readonly baseline: number
  /** By feature: an input, or what its columns encode. */
  readonly contributions: Readonly<Record<string, number>>
  /** How far each contribution may be off; all 0 where they are exact. */
  readonly standardErrors: Readonly<Record<string, number>>
  /** How many rows the model scored. */
  readonly evaluations: number
  /** The largest contributions in words, the largest first. */
  readonly reasons: readonly Reason[]
}

export interface ExplainOptions extends InferOptions {
  /** How many reasons are given at the most. Default 4. */
  readonly top?: number
}

/** Explains the scores of a version of a pipeline's model. */
export interface ModelExplainer {
  /** Names of the values of a vector. */
  readonly inputs: readonly string[]
  /** Fails as `Explainer.explain`, and with BACKGROUND_MISSING where the version has no background. */
  explain(vector: ArrayLike<number>, options?: ExplainOptions): Promise<Explanation>
}

const REASONS = 4

/** Builds the explainer of a version, in the words of the pipeline's declaration. */
export function createModelExplainer(options: ModelExplainerOptions): ModelExplainer {
  const { pipeline, version } = options
  const { inputs } = pipeline.model
  const { background } = version
  if (background === undefined) return { inputs, explain: async () => refuse(version) }
  const features = explainedFeatures(pipeline)
  const explainer = createExplainer({
    ...options,
    background,
    players: features.map(({ columns }) => columns),
  })
  const reasonsOf = compileReasons(features, background)
  return {
    inputs,
    async explain(vector, { top = REASONS, ...control } = {}) {
      const values = await explainer.explain(vector, control)
      const { score, baseline, evaluations } = values
      return {
        score,
        baseline,
        contributions: byName(features, values.contributions),
        standardErrors: byName(features, values.standardErrors),
        evaluations,
        reasons: reasonsOf(vector, values, top),
      }
    },
  }
}

function byName(features: readonly ExplainedFeature[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(features.map(({ name }, i) => [name, values[i]!]))
}

function refuse({ identity: { name, version } }: ModelExplainerOptions['version']): never {
  throw new MillraceError(
    'BACKGROUND_MISSING',
    `Scores of version ${version} of the model ${name} cannot be explained: its folder has no background.json, the rows to explain them against (docs/explanations.md).`,
  )
}
