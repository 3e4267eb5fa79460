import { MillraceError, type Model, type ModelIdentity } from '@millrace/core'
import type { InferOptions } from '../batching/batch-queue.ts'
import type { ModelVersion } from '../registry/check-version.ts'
import { bindFeatures, type FeatureVector } from './feature-binding.ts'
import { type LoadedModel, type OpenModelOptions, openModel } from './open-model.ts'
import { bindScore } from './score-output.ts'

/** A version of a pipeline's model at work: it scores vectors of the declared inputs. */
export interface Scoring {
  readonly identity: ModelIdentity
  /** The model itself, with the tensors that it names. */
  readonly model: LoadedModel
  /** Whether the model is there to score. */
  readonly ready: boolean
  /**
   * The score of each vector. Fails as `InferencePool.infer` does; a score that is not finite is the caller's to judge.
   */
  score(vectors: readonly FeatureVector[], options?: InferOptions): Promise<Float64Array>
  /** Answers what waits, and ends the threads. */
  close(): Promise<void>
}

/** How far a score may be from the one that training wrote down: float32 sums differ by machine, models by more. */
const TOLERANCE = 1e-5

/**
 * Loads a version of a model into its threads and checks that it gives the scores of its manifest's sample. Throws
 * MODEL_INVALID when it does not, when the model cannot be used, or when it does not take the declared inputs.
 */
export async function createScoring(
  version: ModelVersion,
  declared: Pick<Model, 'inputs' | 'score'>,
  options: OpenModelOptions = {},
): Promise<Scoring> {
  const model = await openModel(version, options)
  try {
    const scoring = scoringWith(version.identity, model, declared)
    await checkSample(scoring, version)
    return scoring
  } catch (error) {
    await model.close()
    throw error
  }
}

function scoringWith(
  identity: ModelIdentity,
  model: LoadedModel,
  declared: Pick<Model, 'inputs' | 'score'>,
): Scoring {
  const bind = bindFeatures(model.signature, declared.inputs)
  const scoresOf = bindScore(model.signature, declared)
  return {
    identity,
    model,
    get ready() {
      return model.ready
    },
    async score(vectors, control) {
      const { length: rows } = vectors
      if (rows === 0) return new Float64Array()
      return scoresOf(await model.infer(bind(vectors), rows, control), rows)
    },
    close: () => model.close(),
  }
}

async function checkSample(scoring: Scoring, { manifest }: ModelVersion): Promise<void> {
  if (manifest === undefined) return
  const { rows, scores: expected } = manifest.sample
  const scores = await scoring.score(rows)
  const wrong = expected.findIndex((score, row) => !(Math.abs(score - scores[row]!) <= TOLERANCE))
  if (wrong < 0) return
  throw new MillraceError(
    'MODEL_INVALID',
    `The model gives ${scores[wrong]} for row ${wrong + 1} of its manifest's sample, not ${expected[wrong]}.`,
  )
}
