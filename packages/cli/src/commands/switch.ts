import { loadDeclaration, TopicReader } from '@millrace/platform'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { connectRedis } from '../run/connect-redis.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { runSwitch } from '../switch/run-switch.ts'

/** How far behind a version may be that takes over (records of a stage). */
const MAX_BACKLOG = 1_000
/** How long the versions may take to come past the cuts (s). */
const TIMEOUT = 60

/** `millrace switch`: this version of the pipeline serves from here on. Answers the exit code. */
export async function switchVersion(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    pipeline: { type: 'string' },
    'max-backlog': { type: 'string' },
    timeout: { type: 'string' },
  })
  const maxBacklog = readNumber(given, 'max-backlog', { min: 0 }) ?? MAX_BACKLOG
  const timeoutMs = (readNumber(given, 'timeout', { min: 1, max: 86_400 }) ?? TIMEOUT) * 1_000
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const { kafkaBrokers, redisUrl } = await findAddresses(process.env, ['kafkaBrokers', 'redisUrl'])
  const redis = await connectRedis(redisUrl)
  const { kafka, admin } = await connectKafka(kafkaBrokers)
  const reader = new TopicReader(kafka)
  try {
    await reader.connect()
    await runSwitch(pipeline, { redis, kafka, reader, maxBacklog, timeoutMs })
    return 0
  } finally {
    await reader.close()
    await admin.disconnect()
    redis.disconnect()
  }
}
