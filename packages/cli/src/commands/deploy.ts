import { MillraceError } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { findLocalStack } from '@millrace/platform/local-stack'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile, stackStateFile } from '../paths.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { deploy as deployTo } from '../run/deploy.ts'

/** `millrace deploy`: topics and schemas, on the given cluster or the stack of `millrace up`. Answers the exit code. */
export async function deploy(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { pipeline: { type: 'string' }, partitions: { type: 'string' } })
  const partitions = readNumber(given, 'partitions', { min: 1, max: 1_000 }) ?? 4
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const addresses = await findAddresses(process.env)
  const { admin } = await connectKafka(addresses.kafkaBrokers)
  try {
    await deployTo({ admin, addresses, pipeline, partitions, print: text => console.log(text) })
  } finally {
    await admin.disconnect()
  }
  return 0
}

async function findAddresses(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly kafkaBrokers: string; readonly schemaRegistryUrl: string }> {
  const { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl } = env
  if (kafkaBrokers && schemaRegistryUrl) return { kafkaBrokers, schemaRegistryUrl }
  const stack = await findLocalStack({ stateFile: stackStateFile() })
  if (stack !== undefined) return stack.addresses
  throw new MillraceError(
    'CONFIG_INVALID',
    'Where to? Set KAFKA_BROKERS and SCHEMA_REGISTRY_URL, or start a stack with "millrace up".',
  )
}
