export type { InferOptions } from './batching/batch-queue.ts'
export type { PoolOptions } from './batching/inference-pool.ts'
export { type ExplainRoutesOptions, registerExplainRoutes } from './explain/explain-routes.ts'
export { createExplainer, type Explainer, type ExplainerOptions, type Score } from './explain/explainer.ts'
export {
  createModelExplainer,
  type ExplainOptions,
  type Explanation,
  type ModelExplainer,
  type ModelExplainerOptions,
} from './explain/model-explainer.ts'
export { FileModels, type FileModelsOptions } from './files/file-models.ts'
export { type FoundModel, type FoundVersion, findModels } from './files/find-models.ts'
export { type FileVersion, openVersion } from './files/open-version.ts'
export { watchFiles } from './files/watch-files.ts'
export type { CallAccess, CallCredentials } from './grpc/http2/admission.ts'
export type { GrpcServer } from './grpc/http2/grpc-server.ts'
export { DEFAULT_GRPC_LIMITS, type GrpcLimits } from './grpc/http2/limits.ts'
export { type GrpcOptions, startGrpc } from './grpc/start-grpc.ts'
export { InferenceMetrics } from './metrics/inference-metrics.ts'
export { bindFeatures, type FeatureVector } from './model/feature-binding.ts'
export { knownScore } from './model/known-score.ts'
export { type LoadedModel, type OpenModelOptions, openModel } from './model/open-model.ts'
export { bindScore, type ScoreReader } from './model/score-output.ts'
export { createScoring, type Scoring } from './model/scoring.ts'
export { type AliasMove, formerTarget } from './registry/alias-history.ts'
export { checkVersion, type ModelVersion } from './registry/check-version.ts'
export { FolderRegistry } from './registry/folder/folder-registry.ts'
export { publishVersion } from './registry/folder/publish-version.ts'
export { inputDifference } from './registry/input-difference.ts'
export { type Manifest, parseManifest } from './registry/manifest.ts'
export { modelFolder, readNewestModel } from './registry/model-folder.ts'
export { parseModelReference, resolveReference } from './registry/model-reference.ts'
export type {
  Aliases,
  AliasTarget,
  ModelFiles,
  ModelRegistry,
  RegisteredVersion,
} from './registry/model-registry.ts'
export { openRegistry } from './registry/open-registry.ts'
export { readAnyVersion, readChampion, readVersion } from './registry/read-version.ts'
export {
  type RegistrySettings,
  readRegistrySettings,
  registrySettings,
} from './registry/registry-settings.ts'
export { registerRegistryWebhook, WEBHOOK_PATH } from './registry/registry-webhook.ts'
export { servedRoles } from './registry/served-roles.ts'
export { type RegistryWatch, type WatchState, watchRegistry } from './registry/watch-registry.ts'
export type { InferenceRoutesOptions } from './rest/inference-routes-options.ts'
export { registerInferenceRoutes } from './rest/oip-routes.ts'
export { type AnswerFacts, type AskOptions, ask, type OnAnswer } from './served/answer-facts.ts'
export { hostedModels } from './served/hosted-models.ts'
export {
  type HostEvent,
  type HostedModel,
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
