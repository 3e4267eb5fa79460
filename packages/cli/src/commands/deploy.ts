import { loadDeclaration } from '@millrace/platform'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { deploy as deployTo } from '../run/deploy.ts'
import { findAddresses } from '../run/find-addresses.ts'

/** `millrace deploy`: topics and schemas, on the given cluster or the stack of `millrace up`. Answers the exit code. */
export async function deploy(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { pipeline: { type: 'string' }, partitions: { type: 'string' } })
  const partitions = readNumber(given, 'partitions', { min: 1, max: 1_000 }) ?? 4
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const addresses = await findAddresses(process.env, ['kafkaBrokers', 'schemaRegistryUrl'])
  const { admin } = await connectKafka(addresses.kafkaBrokers)
  try {
    await deployTo({ admin, addresses, pipeline, partitions, print: text => console.log(text) })
  } finally {
    await admin.disconnect()
  }
  return 0
}
