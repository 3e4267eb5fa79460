export {
  type ModelVersion,
  modelFolder,
  readModel,
  readNewestModel,
} from './model-folder.ts'
export { createScoring, type Scoring } from './scorer.ts'
export type { PoolOptions } from './scoring-pool.ts'
export { CLASSES, type ModelSignature, PROBABILITIES } from './signature.ts'
