export {
  artifactFile,
  definitionDigest,
  readArtifact,
  sealArtifact,
  writeArtifact,
} from './artifact/artifact-file.ts'
export { loadConfig } from './config/load-config.ts'
export { loadDeclaration, loadPipeline } from './config/load-pipeline.ts'
export { wholeNumber } from './config/plain-fields.ts'
export { type SharedConfig, sharedConfig } from './config/shared-config.ts'
export { needs } from './http/auth/guard-routes.ts'
export { answerTo } from './http/error-answer.ts'
export { createHttpApp, type HttpApp } from './http/http-app.ts'
export { readJson } from './http/read-json.ts'
export { createKafka } from './kafka/client.ts'
export { KafkaCluster } from './kafka/cluster.ts'
export { Fetcher } from './kafka/fetch/fetcher.ts'
export { readPartitionCounts } from './kafka/partition-counts.ts'
export { type EncodeValue, Publisher } from './kafka/publisher.ts'
export { kafkaSecurityFrom } from './kafka/security.ts'
export { TopicReader } from './kafka/topic-reader.ts'
export {
  type ScannedRecords,
  type ScanRanges,
  scanRanges,
  scanTopic,
} from './kafka/topic-scan.ts'
export { Health } from './lifecycle/health.ts'
export type { RunningService } from './lifecycle/running-service.ts'
export { createLogger, type Logger } from './logging/logger.ts'
export { createRegistry, type MetricsRegistry } from './metrics/registry.ts'
export { connectRedis, reachRedis } from './redis/connect.ts'
export { nodesOf, type RedisClient } from './redis/connection.ts'
export { checkpointKey, partitionsKey, stateKey } from './redis/keys.ts'
export { recordDefinition } from './redis/record-definition.ts'
export { readServing, recordServing, writeServing } from './redis/serving.ts'
export { RedisStateStore } from './redis/state-store.ts'
export { AvroSerde, unframe } from './registry/avro-serde.ts'
export { avroTypeOf, SchemaDirectory } from './registry/schema-directory.ts'
export { type Connections, openConnections } from './service/connections.ts'
export { encodeJson } from './service/encode-json.ts'
export { avroInput, jsonInput } from './service/inputs.ts'
export { readErase } from './service/read-erase.ts'
export { type PipelineContext, runPipelineService } from './service/run-pipeline-service.ts'
export { settleAll } from './service/settle-all.ts'
export { startStageService } from './service/start-stage-service.ts'
export { TopicSerdes } from './service/topic-serdes.ts'
export { RAW_LINGER_MS } from './stage/pacing.ts'
export type { Decoded, RawMessage, StageInput } from './stage/stage-input.ts'
export type { HandledFacts } from './stage/stage-observer.ts'
export type { WatermarkSource } from './stage/watermark-source.ts'
