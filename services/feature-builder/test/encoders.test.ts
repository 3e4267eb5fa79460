import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compileCleaning,
  compileTrainingRow,
  count,
  days,
  defineEncoders,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  type EventRecord,
  type EventValues,
  eventRecordSchema,
  type FeatureView,
  firstKnown,
  fitEncoders,
  flag,
  hashing,
  hours,
  last,
  mean,
  oneHot,
  ordinal,
  type Pipeline,
  power,
  type StageRecord,
  standardScale,
  target,
  text,
  timeOfDay,
  timestamp,
  type VectorRecord,
} from '@millrace/core'
import { avroTypeOf } from '@millrace/platform'
import { OnlineFeatures } from '@millrace/platform/online'
import { driveStage, forEachSeed, SeededRandom } from '@millrace/testkit'
import { createViewStage, type ViewInput } from '../src/build-features.ts'

const reading = defineEvent({
  name: 'reading',
  topic: 'readings',
  key: 'sensor',
  id: 'readingId',
  eventTime: 'at',
  fields: {
    readingId: text('id'),
    at: timestamp('time'),
    sensor: text('sensor'),
    site: text('site'),
    state: text('what the sensor says of itself', { optional: true }),
    temperature: double('degrees', { optional: true }),
  },
})
const alarm = defineEvent({
  name: 'alarm',
  topic: 'alarms',
  key: 'sensor',
  id: 'readingId',
  eventTime: 'at',
  fields: { readingId: text('id'), at: timestamp('time'), sensor: text('sensor'), genuine: flag('was one') },
})
const sensor = defineFeatureView({
  name: 'sensor',
  entity: 'sensor',
  sources: [reading],
  features: {
    readings_1d: count(reading, { window: days(1) }),
    last_temperature: last(reading, 'temperature', { window: hours(6) }),
    last_state: last(reading, 'state', { window: hours(6) }),
  },
})
const site = defineFeatureView({
  name: 'site',
  entity: 'site',
  sources: [reading],
  features: { site_mean: mean(reading, 'temperature', { window: days(1) }) },
})
const onDemand = defineOnDemand({
  source: reading,
  features: {
    over_site: ({ temperature }, { site_mean }) => (temperature === null ? null : temperature - site_mean!),
    state_changed: ({ state }, _, { last_state }) => (state === last_state ? 0 : 1),
  },
})
const encoders = defineEncoders({
  source: reading,
  from: [sensor, site, onDemand],
  artifact: 'encoders.json',
  features: {
    temperature: firstKnown(['temperature', 'last_temperature'], { otherwise: 20 }),
    temperature_power: power('temperature'),
    temperature_z: standardScale('temperature_power'),
    state: firstKnown(['state', 'last_state'], { otherwise: 'silent' }),
    state_place: ordinal('state'),
    state_risk: target('state', { smoothing: 3 }),
    sensor_bucket: hashing('sensor', { buckets: 8 }),
    ...oneHot('last_state', { categories: ['ok', 'warm'], missing: 'column' }),
    ...timeOfDay('at', { name: 'time_of_day' }),
  },
})
const declared = definePipeline({
  name: 'sensors',
  events: [reading, alarm],
  views: [sensor, site],
  onDemand,
  encoders,
  model: defineModel({
    name: 'fault',
    path: 'models',
    features: [sensor, site, onDemand, encoders],
    inputs: [
      'temperature_z',
      'readings_1d',
      'over_site',
      'state_changed',
      'temperature',
      'state_place',
      'state_risk',
      'sensor_bucket',
      'last_state_ok',
      'last_state_warm',
      'last_state_missing',
      'time_of_day_sin',
      'time_of_day_cos',
    ],
    decisions: [{ decision: 'none', from: 0 }],
  }),
  monitor: defineMonitor({ window: days(1) }),
  outcome: { source: alarm, field: 'genuine' },
})

const START = Date.UTC(2026, 0, 1)
const clean = compileCleaning(reading)

function randomReadings(random: SeededRandom): EventValues[] {
  return Array.from({ length: 60 }, (_, i) => {
    const raw = {
      readingId: `r${i}`,
      at: START + hours(i) + random.integer(0, 1_000),
      sensor: random.pick(['s1', 's2', 's3']),
      site: random.pick(['a', 'b']),
      state: random.pick(['ok', 'warm', 'hot', '', null]),
      ...(random.chance(0.7) && { temperature: random.integer(-20, 60) }),
    }
    const cleaning = clean(raw, Number.POSITIVE_INFINITY)
    assert.ok(cleaning.ok)
    return cleaning.event
  })
}

function inputOf(event: EventValues, offset: number): StageRecord<ViewInput> {
  const parent = { partition: 0, input: 0, via: 0, offset }
  const record: EventRecord = {
    parent,
    origin: { partition: 0, offset },
    event,
    lateByMs: 0,
    corrected: [],
    features: [],
    featureTimes: [],
    truncated: false,
    serving: true,
  }
  return { input: 0, offset, eventTime: event['at'] as number, parent, value: { source: reading, record } }
}

interface Streamed {
  /** What left the first view, as it is read from its topic. */
  readonly between: readonly EventRecord[]
  readonly vectors: readonly VectorRecord[]
  /** States by `<view>/<entity>`. */
  readonly states: ReadonlyMap<string, Uint8Array>
}

/** Passes readings through both views; what is between them is written in Avro and read. */
async function stream(pipeline: Pipeline, events: readonly EventValues[]): Promise<Streamed> {
  const type = avroTypeOf(eventRecordSchema(pipeline, reading))
  const states = new Map<string, Uint8Array>()
  const through = async (view: FeatureView, records: readonly StageRecord<ViewInput>[]) => {
    const driven = await driveStage({ stage: createViewStage(pipeline, view, 1), records })
    for (const [key, state] of driven.states) states.set(`${view.name}/${key}`, state)
    return driven.outputs.map(output => output.value)
  }
  const enriched = await through(sensor, events.map(inputOf))
  const between = enriched.map(value => type.fromBuffer(type.toBuffer(value)) as EventRecord)
  const vectors = await through(
    site,
    between.map((record, offset) => ({
      ...inputOf(record.event, offset),
      value: { source: reading, record },
    })),
  )
  return { between, vectors: vectors as VectorRecord[], states }
}

/** The pipeline with encoders that were fitted on the first half of the readings, whatever their views said. */
function fittedOn(events: readonly EventValues[], random: SeededRandom): Pipeline {
  const toRow = compileTrainingRow(declared)
  const rows = events.slice(0, 30).map(event => toRow(event, [1, 10, 'ok', 12], random.pick([0, 1, null])))
  const window = { start: START, end: START + hours(30) }
  const encoders = fitEncoders(declared, rows)
  const { name: pipeline } = declared
  const sealed = {
    codecVersion: 1,
    pipeline,
    definition: '',
    window,
    rows: rows.length,
    encoders,
    digest: '',
  }
  return { ...declared, fitted: sealed }
}

/** The vector that a request for an event is answered with, when the stream has handled these events. */
async function requested(
  pipeline: Pipeline,
  event: EventValues,
  handled: readonly EventValues[],
): Promise<readonly number[]> {
  const { states } = await stream(pipeline, handled)
  const online = new OnlineFeatures(pipeline, {
    read: async requests => requests.map(({ view, entity }) => states.get(`${view}/${entity}`)),
  })
  const [computed] = await online.compute([event])
  return computed!.vector
}

test('a request is encoded as the stream encodes, before and after the event came through it', async () => {
  await forEachSeed(3, async random => {
    const events = randomReadings(random)
    const pipeline = fittedOn(events, random)
    const { vectors } = await stream(pipeline, events)
    for (const [i, event] of events.entries()) {
      const streamed = vectors[i]!.vector
      assert.deepStrictEqual(await requested(pipeline, event, events.slice(0, i)), streamed)
      assert.deepStrictEqual(await requested(pipeline, event, events.slice(0, i + 1)), streamed)
    }
  })
})

test('texts, missing texts and missing numbers travel between the views as they are', async () => {
  const at = START
  const readings = [
    { readingId: 'r1', at, sensor: 's1', site: 'a', state: null, temperature: null },
    { readingId: 'r2', at: at + 1, sensor: 's1', site: 'a', state: 'ok', temperature: 21.5 },
    { readingId: 'r3', at: at + 2, sensor: 's1', site: 'a', state: null, temperature: null },
  ]
  const { between, vectors } = await stream(
    fittedOn(randomReadings(new SeededRandom(1)), new SeededRandom(2)),
    readings,
  )
  assert.deepStrictEqual(
    between.map(({ features }) => features),
    [
      [1, Number.NaN, null],
      [2, 21.5, 'ok'],
      [3, 21.5, 'ok'],
    ],
  )
  const { inputs } = declared.model
  const column = (name: (typeof inputs)[number]) => vectors.map(({ vector }) => vector[inputs.indexOf(name)])
  assert.deepStrictEqual(column('temperature'), [20, 21.5, 21.5])
  assert.deepStrictEqual(column('over_site'), [Number.NaN, 0, Number.NaN])
  assert.deepStrictEqual(column('last_state_missing'), [1, 0, 0])
  assert.deepStrictEqual(column('state_changed'), [0, 0, 1])
})
