import { MillraceError, type ModelIdentity } from '@millrace/core'
import { startInferenceWorker } from './inference-worker.ts'
import type { ModelVersion } from './model-folder.ts'
import { type PoolOptions, ScoringPool } from './scoring-pool.ts'
import { CLASSES, type ModelSignature } from './signature.ts'

/** A loaded model that answers callers of all kinds, stream and requests, from one queue. */
export interface Scoring {
  readonly identity: ModelIdentity
  readonly signature: ModelSignature
  /** Whether the model is there to score. */
  readonly ready: boolean
  /**
   * The score of each row: the probability of the second class. `vectors` are rows × columns values, left alone by
   * the caller until then. Fails with SCORER_OVERLOADED or MODEL_UNAVAILABLE.
   */
  score(vectors: Float32Array, rows: number): Promise<Float32Array>
  /** The probabilities of both classes for each row, row after row; otherwise as `score`. */
  probabilities(vectors: Float32Array, rows: number): Promise<Float32Array>
  /** Answers what waits, and ends the threads. */
  close(): Promise<void>
}

/** How far a score may be from the one that training wrote down: float32 sums differ by machine, models by more. */
const TOLERANCE = 1e-5

/**
 * Loads a model into its threads and checks that it gives the scores of its manifest's sample. Throws MODEL_INVALID
 * when it does not, or when the model cannot be used.
 */
export async function createScoring(model: ModelVersion, options: PoolOptions = {}): Promise<Scoring> {
  const task = { onnx: model.onnx, columns: model.manifest.inputs.length }
  const pool = await ScoringPool.open(() => startInferenceWorker(task), options)
  const scoring: Scoring = {
    identity: model.identity,
    signature: pool.signature,
    get ready() {
      return pool.ready
    },
    score: async (vectors, rows) => secondColumn(await pool.infer(vectors, rows)),
    probabilities: (vectors, rows) => pool.infer(vectors, rows),
    close: () => pool.close(),
  }
  try {
    await checkSample(scoring, model)
  } catch (error) {
    await scoring.close()
    throw error
  }
  return scoring
}

function secondColumn(probabilities: Float32Array): Float32Array {
  return Float32Array.from(
    { length: probabilities.length / CLASSES },
    (_, row) => probabilities[row * CLASSES + 1]!,
  )
}

async function checkSample(scoring: Scoring, { manifest }: ModelVersion): Promise<void> {
  const { rows, scores: expected } = manifest.sample
  const scores = await scoring.score(Float32Array.from(rows.flat()), rows.length)
  const wrong = expected.findIndex((score, row) => !(Math.abs(score - scores[row]!) <= TOLERANCE))
  if (wrong < 0) return
  throw new MillraceError(
    'MODEL_INVALID',
    `The model gives ${scores[wrong]} for row ${wrong + 1} of its manifest's sample, not ${expected[wrong]}.`,
  )
}
