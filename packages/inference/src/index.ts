export type { InferOptions } from './batching/batch-queue.ts'
export type { PoolOptions } from './batching/inference-pool.ts'
export { FileModels, type FileModelsOptions } from './files/file-models.ts'
export { type FoundModel, type FoundVersion, findModels } from './files/find-models.ts'
export { type FileVersion, openVersion } from './files/open-version.ts'
export { watchFiles } from './files/watch-files.ts'
export { bindFeatures, type FeatureVector } from './model/feature-binding.ts'
export { knownScore } from './model/known-score.ts'
export { type LoadedModel, type OpenModelOptions, openModel } from './model/open-model.ts'
export { bindScore, type ScoreReader } from './model/score-output.ts'
export { createScoring, type Scoring } from './model/scoring.ts'
export { type ModelVersion, modelFolder, readModel, readNewestModel } from './registry/model-folder.ts'
export { type InferenceRoutesOptions, registerInferenceRoutes } from './rest/oip-routes.ts'
export { hostedModels } from './served/hosted-models.ts'
export {
  type HostEvent,
  ModelHost,
  type ModelHostOptions,
  type RoleTarget,
  type VersionAtWork,
} from './served/model-host.ts'
export type { ProbationLimits } from './served/probation.ts'
export { servedModel } from './served/served-model.ts'
export type { RepositoryEntry, ServedModel, ServedModels } from './served/served-models.ts'
export { singleModel } from './served/single-model.ts'
export { type Datatype, emptyData, type TensorData } from './tensor/datatypes.ts'
export { sliceRows } from './tensor/rows.ts'
export type { ModelSignature, Tensor, TensorSpec } from './tensor/tensor.ts'
