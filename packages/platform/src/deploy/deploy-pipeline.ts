import { type PartitionCounts, type Pipeline, topicPlan } from '@millrace/core'
import type { Admin } from 'kafkajs'
import type { SchemaDirectory } from '../registry/schema-directory.ts'
import { createTopics, type DeployedTopics } from './create-topics.ts'
import { registerSchemas } from './register-schemas.ts'

export interface DeployOptions {
  /** Connected. */
  readonly admin: Admin
  readonly directory: SchemaDirectory
  readonly pipeline: Pipeline
  readonly partitions: PartitionCounts
}

/** What a deployment found and did. */
export interface Deployment extends DeployedTopics {
  /** Schema id of each subject. */
  readonly schemas: ReadonlyMap<string, number>
}

/**
 * Brings a cluster to what a pipeline needs: creates the topics that are missing and registers the schemas of those
 * that carry Avro. Does nothing the second time. Existing topics are left as they are, and refused with
 * PARTITIONS_CHANGED when one between the stages has another number of partitions. Throws DECLARATION_INVALID when
 * the registry finds a schema incompatible, and REGISTRY_UNAVAILABLE.
 */
export async function deployPipeline(options: DeployOptions): Promise<Deployment> {
  const plan = topicPlan(options.pipeline, options.partitions)
  const topics = await createTopics(options.admin, plan)
  const schemas = await registerSchemas(options.directory, plan)
  return { ...topics, schemas }
}
