import { downLocalStack, type StackAddresses, upLocalStack } from '@millrace/platform/local-stack'
import { readOptions } from '../options.ts'
import { stackStateFile } from '../paths.ts'
import { describeProgress } from '../run/open-stack.ts'

/** `millrace up`: the local stack, left running; its addresses as lines for a shell. Answers the exit code. */
export async function up(args: readonly string[]): Promise<number> {
  readOptions(args, {})
  // Standard output is for the shell: eval "$(millrace up)".
  const onProgress = (progress: Parameters<typeof describeProgress>[0]): void =>
    console.error(describeProgress(progress))
  const { addresses, alreadyRunning } = await upLocalStack({ stateFile: stackStateFile(), onProgress })
  if (alreadyRunning) console.error('The local stack runs already.')
  console.log(exportLines(addresses).join('\n'))
  return 0
}

/** `millrace down`: ends what `up` or `start --keep` left running. Answers the exit code. */
export async function down(args: readonly string[]): Promise<number> {
  readOptions(args, {})
  const ended = await downLocalStack({ stateFile: stackStateFile() })
  console.log(ended ? 'The local stack is stopped.' : 'No local stack was left running from this folder.')
  return 0
}

/** Sets the addresses in a shell, under the names that the services read. */
export function exportLines({ kafkaBrokers, redisUrl, schemaRegistryUrl }: StackAddresses): string[] {
  return [
    `export KAFKA_BROKERS=${kafkaBrokers}`,
    `export REDIS_URL=${redisUrl}`,
    `export SCHEMA_REGISTRY_URL=${schemaRegistryUrl}`,
  ]
}
