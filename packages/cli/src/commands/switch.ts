import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, type Pipeline } from '@millrace/core'
import { loadDeclaration, readServing, TopicReader, writeServing } from '@millrace/platform'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { connectRedis } from '../run/connect-redis.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { readBacklogs } from '../switch/backlog.ts'
import { type Cut, openCuts, writeCuts } from '../switch/cut.ts'

type Redis = Awaited<ReturnType<typeof connectRedis>>
type Kafka = Awaited<ReturnType<typeof connectKafka>>['kafka']

/** How far behind a version may be that takes over (records of a stage). */
const MAX_BACKLOG = 1_000
/** How long the versions may take to come past the cuts (s). */
const TIMEOUT = 60
const LOOK_EVERY_MS = 500

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
    await switchTo(pipeline, { redis, kafka, reader, maxBacklog, timeoutMs })
    return 0
  } finally {
    await reader.close()
    await admin.disconnect()
    redis.disconnect()
  }
}

interface SwitchOptions {
  readonly redis: Redis
  readonly kafka: Kafka
  readonly reader: TopicReader
  readonly maxBacklog: number
  readonly timeoutMs: number
}

async function switchTo(pipeline: Pipeline, options: SwitchOptions): Promise<void> {
  const { redis, kafka, reader, timeoutMs } = options
  const { name, version } = pipeline
  const from = await readServing(redis, name)
  if (from === undefined)
    throw new MillraceError(
      'NOT_CAUGHT_UP',
      `No version of ${name} was started yet: there is nothing to switch.`,
    )
  await checkBacklogs(pipeline, options)
  const cuts = await cutAll(kafka, reader, pipeline)
  console.log(`${name}: version ${version} serves from these cuts on, version ${from} before them`)
  for (const { topic, partition, offset } of cuts) console.log(`  ${topic}[${partition}] at ${offset}`)
  await untilPassed(reader, pipeline, [...new Set([from, version])], cuts, timeoutMs)
  await writeServing(redis, pipeline)
  console.log(`done: both versions are past the cuts; version ${from} may go on in standby, or be stopped`)
}

/** Throws NOT_CAUGHT_UP: what a version has not handled, nobody would decide on for so long. */
async function checkBacklogs(pipeline: Pipeline, { reader, maxBacklog }: SwitchOptions): Promise<void> {
  const behind = (await readBacklogs(reader, pipeline)).filter(({ records }) => records > maxBacklog)
  if (behind.length === 0) return
  const stages = behind.map(({ stage, records }) => `${stage} by ${records}`).join(', ')
  throw new MillraceError(
    'NOT_CAUGHT_UP',
    `Version ${pipeline.version} of ${pipeline.name} is behind: ${stages} records. Start its services and wait, or allow more with --max-backlog.`,
  )
}

async function cutAll(kafka: Kafka, reader: TopicReader, pipeline: Pipeline): Promise<readonly Cut[]> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    return await writeCuts(producer, reader, pipeline)
  } finally {
    await producer.disconnect()
  }
}

/** Throws SWITCH_UNFINISHED. */
async function untilPassed(
  reader: TopicReader,
  pipeline: Pipeline,
  versions: readonly number[],
  cuts: readonly Cut[],
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const open = await Promise.all(
      versions.map(async version => ({ version, cuts: await openCuts(reader, pipeline, version, cuts) })),
    )
    const late = open.find(({ cuts }) => cuts.length > 0)
    if (late === undefined) return
    if (performance.now() > deadline) {
      const places = late.cuts.map(({ topic, partition }) => `${topic}[${partition}]`).join(', ')
      throw new MillraceError(
        'SWITCH_UNFINISHED',
        `The cuts are made, but the ingestor of version ${late.version} is not past them in ${places}: start it, and run the command again.`,
      )
    }
    await delay(LOOK_EVERY_MS)
  }
}
