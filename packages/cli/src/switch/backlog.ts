import { type Pipeline, topics } from '@millrace/core'
import type { TopicReader } from '@millrace/platform'

/** What a stage has not handled yet. */
export interface StageBacklog {
  readonly stage: string
  /** Records, over all partitions of its inputs. */
  readonly records: number
}

/** How far each stage of a pipeline, from the raw topics to the predictions, is behind. Throws BROKER_UNAVAILABLE. */
export async function readBacklogs(
  reader: TopicReader,
  pipeline: Pipeline,
): Promise<readonly StageBacklog[]> {
  const stages = [
    ...pipeline.events.map(topics.ingestStage),
    ...pipeline.views.map(view => view.name),
    topics.SCORE_STAGE,
  ]
  return Promise.all(
    stages.map(async stage => ({ stage, records: await readBacklog(reader, pipeline, stage) })),
  )
}

async function readBacklog(reader: TopicReader, pipeline: Pipeline, stage: string): Promise<number> {
  const inputs = topics.topicsOfStage(pipeline, stage)
  const committed = await reader.committed(`${pipeline.namespace}.${stage}`, inputs)
  const behind = inputs.map(async topic => {
    const ranges = [...(await reader.offsets(topic))]
    return ranges.reduce((sum, [partition, { low, high }]) => {
      const position = committed.get(topic)?.get(partition) ?? 0
      return sum + Math.max(0, high - Math.max(low, position))
    }, 0)
  })
  return (await Promise.all(behind)).reduce((sum, records) => sum + records, 0)
}
