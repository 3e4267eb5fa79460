import type { Pipeline } from '@millrace/core'
import { SchemaDirectory } from '@millrace/platform'
import { type Deployment, deployPipeline } from '@millrace/platform/deploy'
import type { StackAddresses } from '@millrace/platform/local-stack'
import type { Admin } from 'kafkajs'

/** Of raw topics: other than between the stages, as with topics that somebody else made. Nothing may rely on equal counts. */
export const RAW_PARTITIONS = 3

export interface DeployRequest {
  readonly admin: Admin
  readonly addresses: Pick<StackAddresses, 'schemaRegistryUrl'>
  readonly pipeline: Pipeline
  /** Partitions between the stages. */
  readonly partitions: number
  readonly print: (text: string) => void
}

/** Deploys a pipeline and says what was done. */
export async function deploy(request: DeployRequest): Promise<Deployment> {
  const { admin, addresses, pipeline, partitions, print } = request
  const deployment = await deployPipeline({
    admin,
    pipeline,
    directory: new SchemaDirectory(addresses.schemaRegistryUrl),
    partitions: { raw: RAW_PARTITIONS, stage: partitions },
  })
  const { created, existing, schemas } = deployment
  print(
    `${'deploy'.padEnd(19)}${created.length} topics created, ${existing.length} there before, ${schemas.size} schemas registered`,
  )
  return deployment
}
