import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, type Pipeline } from '@millrace/core'
import { readServing, type TopicReader, writeServing } from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import type { connectRedis } from '../run/connect-redis.ts'
import { readBacklogs } from './backlog.ts'
import { type Cut, openCuts, writeCuts } from './cut.ts'

const LOOK_EVERY_MS = 500

export interface SwitchOptions {
  readonly redis: Awaited<ReturnType<typeof connectRedis>>
  readonly kafka: Kafka
  readonly reader: TopicReader
  /** How many records a stage of it may be behind. */
  readonly maxBacklog: number
  /** How long both versions may take to come past the cuts. */
  readonly timeoutMs: number
}

/**
 * Lets a version of a pipeline serve in place of the one that does. Throws NOT_CAUGHT_UP, SWITCH_UNFINISHED, and what
 * Kafka and Redis throw.
 */
export async function runSwitch(pipeline: Pipeline, options: SwitchOptions): Promise<void> {
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
