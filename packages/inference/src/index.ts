export type { InferOptions } from './batching/batch-queue.ts'
export type { PoolOptions } from './batching/inference-pool.ts'
export type { CallAccess, CallCredentials } from './grpc/http2/admission.ts'
export type { GrpcServer } from './grpc/http2/grpc-server.ts'
export { DEFAULT_GRPC_LIMITS, type GrpcLimits } from './grpc/http2/limits.ts'
export { type GrpcOptions, startGrpc } from './grpc/start-grpc.ts'
export type { FeatureVector } from './model/feature-binding.ts'
export { type LoadedModel, type OpenModelOptions, openModel } from './model/open-model.ts'
export { createScoring, type Scoring } from './model/scoring.ts'
export { type ModelVersion, modelFolder, readModel, readNewestModel } from './registry/model-folder.ts'
export { type InferenceRoutesOptions, registerInferenceRoutes } from './rest/oip-routes.ts'
export type { AnswerFacts, OnAnswer } from './served/answer-facts.ts'
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
export type { Datatype, TensorData } from './tensor/datatypes.ts'
export type { ModelSignature, Tensor, TensorSpec } from './tensor/tensor.ts'
