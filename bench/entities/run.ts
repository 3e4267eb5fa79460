/**
 * `node run.ts ENTITIES uniform|zipf|hot EVENTS`: runs the customer's stage over a scripted log, with its states in the
 * Redis of `REDIS_URL`, and prints `Figures` as JSON; a quarter as many events go before, which are not measured.
 */
import { randomUUID } from 'node:crypto'
import cardFraud, { customer } from '@millrace/card-fraud'
import { connectRedis } from '@millrace/platform'
import { SeededRandom } from '@millrace/testkit'
import type { Outbox } from '../../packages/platform/src/kafka/outbox.ts'
import { PartitionTask } from '../../packages/platform/src/stage/partition-task.ts'
import { StageLoop } from '../../packages/platform/src/stage/stage-loop.ts'
import { arrivalLimits } from '../../packages/platform/src/stage/turn-limits.ts'
import { createViewStage } from '../../services/feature-builder/src/build-features.ts'
import { PARTITIONS, storeOf } from './entity-states.ts'
import { type Figures, figuresBetween, Probe } from './probe.ts'
import { ScriptedSource, scriptedInput } from './scripted-source.ts'
import { SILENT } from './silent-observer.ts'

type Distribution = 'uniform' | 'zipf' | 'hot'

/** As the stage runner does it. */
const BATCH_SIZE = 128
const BATCHES_PER_ROUND = 4
const CACHED_BYTES = 64_000_000

const [entities, distribution, events] = process.argv.slice(2)
const figures = await run(drawFrom(Number(entities), distribution as Distribution), Number(events))
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)

async function run(entityOf: (partition: number) => number, eventCount: number): Promise<Figures> {
  const redis = connectRedis(process.env['REDIS_URL']!)
  const stage = createViewStage(cardFraud, customer, 1)
  const probe = new Probe(redis, storeOf(redis))
  const { store } = probe
  const task = {
    stage,
    inputs: 1,
    order: 'arrival',
    store,
    newId: randomUUID,
  } as const
  const source = new ScriptedSource(partition => PartitionTask.load({ ...task, partition }), entityOf)
  const samples: Awaited<ReturnType<Probe['sample']>>[] = []
  const outbox: Outbox = {
    async add(outputs) {
      probe.handled += outputs.length
    },
    async flush() {
      if (probe.handled < eventCount * (samples.length + 0.25)) return
      samples.push(await probe.sample())
      if (samples.length === 2) loop.stop()
    },
    discard() {},
  }
  const loop = new StageLoop({
    stage,
    inputs: [scriptedInput],
    source,
    limits: arrivalLimits(stage.pace),
    store,
    outbox,
    observer: SILENT,
    batchSize: BATCH_SIZE,
    batchesPerRound: BATCHES_PER_ROUND,
    cachedBytes: CACHED_BYTES,
  })
  await loop.run()
  return figuresBetween(samples[0]!, samples[1]!)
}

/**
 * Draws entities of a partition: each as likely as any other; the k-th 1/k times as likely as the first; or evenly but
 * for one of the first partition, which has a tenth of the events of all partitions.
 */
function drawFrom(entityCount: number, distribution: Distribution): (partition: number) => number {
  const random = new SeededRandom(3)
  const each = Math.floor(entityCount / PARTITIONS)
  return partition => {
    if (distribution === 'hot' && partition === 0 && random.chance(0.1 * PARTITIONS)) return 0
    const rank =
      distribution === 'zipf' ? Math.floor((each + 1) ** random.next()) - 1 : random.integer(0, each - 1)
    return Math.min(rank, each - 1) * PARTITIONS + partition
  }
}
