import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import cardFraud from '@millrace/card-fraud'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, type Pipeline, type Prediction, topics } from '@millrace/core'
import { PipelineDriver, SeededRandom } from '@millrace/testkit'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce, type RawRecord, watermarkRecords } from '../harness/raw-topics.ts'
import { type ReadMessage, readTopic } from '../harness/read-topic.ts'
import { rawRecordOf } from '../harness/replay.ts'
import type { CommandResult } from '../harness/run-millrace.ts'
import next from '../harness/shorter-windows.ts'

const SEEDS = Number(process.env['INTEGRITY_SEEDS'] ?? 1)
const NEXT_FILE = resolve(import.meta.dirname, '../harness/shorter-windows.ts')
const SLICES = 10
/** The slice after which the next version is deployed, and that in which it takes over. */
const [DEPLOYED_AFTER, SWITCHED_IN] = [3, 6]

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`a changed pipeline takes over at a cut, and each event is decided once (seed ${seed})`, async t => {
    await switchUnderLoad(t, seed)
  })
}

/** Streams events while the next version is deployed, catches up and takes over, and services are killed. */
async function switchUnderLoad(t: TestContext, seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const start = TEST_NOW - days(60)
  const events = [...simulate({ seed, customers: 150, terminals: 300, start, days: 40 })]
  const before = await Deployment.start(t, { order: 'strict' })
  await before.run('ingestor', 'feature-builder', 'scorer')
  const length = Math.ceil(events.length / SLICES)
  const places = new Map<string, Place>()
  let after: Deployment | undefined
  let switched: Promise<CommandResult> | undefined
  for (let slice = 0; slice < SLICES; slice++) {
    const part = events.slice(slice * length, (slice + 1) * length)
    if (slice === SWITCHED_IN) switched = after!.millrace('switch', '--max-backlog', '100000')
    for (const half of [part.slice(0, length / 2), part.slice(length / 2)]) {
      await produceSlice(before, half, events[events.indexOf(half.at(-1)!) + 1])
    }
    if (slice === SWITCHED_IN) await Promise.race([untilCut(before), switched])
    if (slice === DEPLOYED_AFTER) after = await standBy(before)
    if (slice >= SWITCHED_IN - 1) await killOne([before, after!], random)
  }
  const { code, stdout: printed, stderr } = await switched!
  assert.equal(code, 0, stderr)
  t.diagnostic(printed)
  await notePlaces(before, places)
  await assertDecidedOnce(before, { events, places, cuts: cutsOf(printed), printed })
  await assertReadiness(before, after!)
}

/** Resolves when something was written that is not of this test. */
async function untilCut({ admin, pipeline }: Deployment): Promise<void> {
  const end = async (): Promise<number> => {
    const offsets = await admin.fetchTopicOffsets(pipeline.scored.topic)
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  }
  const produced = await end()
  while ((await end()) === produced) await delay(50)
}

interface Place {
  readonly partition: number
  readonly offset: number
}

/** Deploys the next version, waits until it has come as far as the first, and finds that it keeps quiet. */
async function standBy(before: Deployment): Promise<Deployment> {
  const after = await before.deployVersion({ declared: next, file: NEXT_FILE })
  assert.match((await after.millrace('switch')).stderr, /^NOT_CAUGHT_UP: /)
  await after.run('ingestor', 'feature-builder')
  const [scorer] = await after.launch('scorer')
  await after.drained([...after.stagesOf('ingestor')])
  while (!(await answerOf(scorer!.url)).includes('version 1 of card-fraud serves, this is 2'))
    await delay(100)
  return after
}

async function answerOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined)
  return (await answer?.text()) ?? ''
}

async function produceSlice(
  { kafka, pipeline, rawPartitions }: Deployment,
  events: readonly SimulatedEvent[],
  following: SimulatedEvent | undefined,
): Promise<void> {
  const watermark = following === undefined ? 'end' : timeOf(following)
  const marks = pipeline.events.flatMap(({ topic }) => watermarkRecords(topic, rawPartitions, watermark))
  await produce(kafka, [
    ...events.flatMap(event => [rawRecordOf(event, rawPartitions), ...badRecord(event, rawPartitions)]),
    ...marks,
  ])
}

/** With some transactions comes a record that can never work. */
function badRecord(event: SimulatedEvent, partitions: number): readonly RawRecord[] {
  const record = rawRecordOf(event, partitions)
  return event.type === 'transaction' && event.event.amount > 150 ? [{ ...record, value: 'no event' }] : []
}

function timeOf({ type, event }: SimulatedEvent): number {
  return type === 'label' ? event.knownAt : event.occurredAt
}

async function killOne(deployments: readonly Deployment[], random: SeededRandom): Promise<void> {
  const services = deployments.flatMap(deployment => deployment.services)
  const victim = services[random.integer(0, services.length - 1)]!
  await victim.kill()
  await delay(random.integer(0, 500))
  victim.restart()
}

/** Offsets at which the raw topics were cut, by `topic[partition]`, as the command printed them. */
function cutsOf(printed: string): ReadonlyMap<string, number> {
  return new Map([...printed.matchAll(/^ {2}(\S+) at (\d+)$/gm)].map(([, place, at]) => [place!, Number(at)]))
}

/** Where each transaction stands in the raw topic. */
async function notePlaces({ kafka, admin, pipeline }: Deployment, places: Map<string, Place>): Promise<void> {
  const { topic, id } = pipeline.scored
  const records = await readWhole({ kafka, admin }, topic)
  for (const { partition, offset, value } of records) {
    if (value === null || String(value) === 'no event') continue
    places.set(JSON.parse(String(value))[id], { partition, offset: Number(offset) })
  }
}

async function readWhole(
  { kafka, admin }: Pick<Deployment, 'kafka' | 'admin'>,
  topic: string,
): Promise<readonly ReadMessage[]> {
  const offsets = await admin.fetchTopicOffsets(topic)
  const count = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
  return readTopic(kafka, topic, messages => messages.length >= count)
}

interface Decided {
  readonly events: readonly SimulatedEvent[]
  readonly places: ReadonlyMap<string, Place>
  readonly cuts: ReadonlyMap<string, number>
  readonly printed: string
}

/** Each transaction is decided by the version that serves its place, and with the features of that version. */
async function assertDecidedOnce(
  deployment: Deployment,
  { events, places, cuts, printed }: Decided,
): Promise<void> {
  assert.equal(cuts.size, 2 * deployment.rawPartitions, printed)
  const predictions = await readAllPredictions(deployment, places.size)
  const expected = new Map<string, readonly unknown[]>()
  for (const pipeline of [cardFraud, next]) {
    for (const [id, features] of batchFeatures(pipeline, events)) {
      const { partition, offset } = places.get(id)!
      const cut = cuts.get(`${pipeline.scored.topic}[${partition}]`)!
      if (offset < cut === (pipeline.version === 1)) expected.set(id, [[pipeline.version], features])
    }
  }
  const found = new Map(
    [...predictions].map(([id, all]) => [
      id,
      [[...new Set(all.map(({ version }) => version))], all[0]!.features],
    ]),
  )
  assert.deepEqual(found, expected)
  assert.deepEqual(new Set([...found.values()].map(([versions]) => String(versions))), new Set(['1', '2']))
  await assertRefusedOnce(deployment, events)
}

/** Every prediction of each transaction, once all of them have one. */
async function readAllPredictions(
  { kafka, pipeline }: Deployment,
  count: number,
): Promise<ReadonlyMap<string, readonly Prediction[]>> {
  const predictions = new Map<string, Prediction[]>()
  let seen = 0
  await readTopic(kafka, topics.predictionsTopic(pipeline), messages => {
    for (; seen < messages.length; seen++) {
      const prediction: Prediction = JSON.parse(String(messages[seen]!.value))
      const id = String(prediction.id)
      predictions.set(id, [...(predictions.get(id) ?? []), prediction])
    }
    return predictions.size >= count
  })
  return predictions
}

/** What the features of a version are for every transaction, in the order of the times. */
function batchFeatures(
  pipeline: Pipeline,
  events: readonly SimulatedEvent[],
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const driver = new PipelineDriver(pipeline, { now: TEST_NOW })
  const features = new Map<string, Readonly<Record<string, unknown>>>()
  for (const item of events) {
    const source = pipeline.events.find(({ name }) => name === item.type)!
    const sent = driver.send(source, { ...item.event })
    if (item.type !== 'transaction') continue
    assert.ok(sent.accepted)
    const { vector } = sent.scored!
    const named = pipeline.model.inputs.map((name, i) => [name, vector[i]])
    features.set(item.event.transactionId, Object.fromEntries(named))
  }
  return features
}

/** What cannot be read is refused, by one version or the other. */
async function assertRefusedOnce(deployment: Deployment, events: readonly SimulatedEvent[]): Promise<void> {
  const bad = events.flatMap(event => badRecord(event, deployment.rawPartitions)).length
  const refused = await readWhole(deployment, topics.deadLetterTopic(deployment.pipeline.scored))
  const places = refused.map(({ headers }) =>
    ['millrace-partition', 'millrace-offset'].map(name => String(headers![name])).join(':'),
  )
  assert.equal(new Set(places).size, bad)
}

/** Requests go where the version is that serves. */
async function assertReadiness(before: Deployment, after: Deployment): Promise<void> {
  const [former, present] = [before, after].map(
    ({ services }) => services.find(({ name }) => name === 'scorer')!,
  )
  await present!.ready()
  while (!(await answerOf(former!.url)).includes('version 2 of card-fraud serves, this is 1'))
    await delay(100)
}
