import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type DriftState,
  defineEvent,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  hours,
  type ModelReference,
  psiAllowance,
  type RetrainingRequest,
  type StageOutput,
  type StatisticsRecord,
  text,
  timestamp,
} from '@millrace/core'
import { createDriftStage } from '../src/judge.ts'

const visit = defineEvent({
  name: 'visit',
  topic: 'visits',
  key: 'visitor',
  id: 'visit',
  eventTime: 'at',
  fields: { visit: text('id'), visitor: text('who'), at: timestamp('when'), length: double('seconds') },
})

const now = defineOnDemand({ source: visit, features: { length: event => event.length } })

const pipeline = definePipeline({
  name: 'churn',
  events: [visit],
  views: [],
  onDemand: now,
  model: defineModel({
    name: 'leaves',
    path: 'models/leaves',
    features: [now],
    inputs: ['length'],
    decisions: [{ decision: 'stay', from: 0 }],
  }),
  monitor: defineMonitor({ window: hours(1), minEvents: 100 }),
})

const model = { name: 'leaves', version: '4', digest: 'c0ffee' }
const halves = { count: 100_000, missing: 0, edges: [60], fractions: [0.5, 0.5] }
const reference: ModelReference = {
  model: { name: 'leaves', version: '4' },
  features: { length: halves, score: halves },
}
const START = Date.UTC(2026, 0, 5)
const stage = createDriftStage({ pipeline, scorePartitions: 2, referenceOf: () => reference })

/** What the partition reports of an hour in which `short` of 400 visits took up to a minute. */
function statisticsOf(hour: number, partition: number, short: number): StatisticsRecord {
  const start = START + hours(hour)
  return {
    parent: { partition, input: 0, via: 3, offset: 100 + hour },
    partition,
    lateByMs: 0,
    model,
    window: { start, end: start + hours(1) },
    firstEventTime: start,
    events: 400,
    late: 0,
    features: {
      length: { missing: 0, counts: [short, 400 - short] },
      score: { missing: 0, counts: [200, 200] },
    },
  }
}

/** Takes records through the stage as the loop does, and gives the outputs of each. */
function run(values: readonly StatisticsRecord[]): StageOutput[][] {
  let state: DriftState | undefined
  return values.map((value, offset) => {
    const outputs: StageOutput[] = []
    const { parent, window } = value
    const record = { input: 0, offset, eventTime: window.end, parent, value, lateByMs: 0 }
    const context = { partition: 0, emit: (output: StageOutput) => outputs.push(output), tell() {} }
    const after = stage.step(state, record, context)
    state = after ? stage.codec.decode(stage.codec.encode(after)) : undefined
    return outputs
  })
}

const hoursOf = (...shorts: number[]) =>
  shorts.flatMap((short, hour) => [0, 1].map(partition => statisticsOf(hour, partition, short)))

test('a verdict on a window is published with the parent of the record that completed it', () => {
  const [first, second] = run(hoursOf(200))
  assert.deepEqual(first, [])
  const allowance = psiAllowance(2, 800, 100_000)
  const stable = { psi: 0, level: 'stable', missing: 0, allowance }
  assert.deepEqual(second, [
    {
      topic: 'churn.drift',
      key: 'leaves',
      value: {
        version: 1,
        parent: { partition: 0, input: 0, via: 1, offset: 1 },
        window: { start: START, end: START + hours(1) },
        model,
        events: 800,
        late: 0,
        status: 'judged',
        level: 'stable',
        features: { length: stable, score: stable },
        episode: null,
      },
    },
  ])
})

test('an episode publishes one retraining request as a CloudEvent in binary mode', () => {
  const outputs = run(hoursOf(200, 390, 390, 390)).flat()
  const requests = outputs.filter(({ topic }) => topic === 'churn.retraining')
  assert.equal(requests.length, 1)
  const psi = 0.475 * Math.log(0.975 / 0.5) - 0.475 * Math.log(0.025 / 0.5)
  const data = requests[0]!.value as RetrainingRequest
  assert.ok(Math.abs(data.reason[0]!.psi - psi) < 1e-12)
  assert.deepEqual(requests[0], {
    topic: 'churn.retraining',
    key: 'leaves',
    headers: {
      ce_specversion: '1.0',
      ce_id: `leaves/4/${START + hours(2)}`,
      ce_type: 'io.millrace.retraining.requested.v1',
      ce_source: '/churn/drift-monitor',
      ce_subject: 'leaves/4',
      ce_time: '2026-01-05T03:00:00.000Z',
      'content-type': 'application/json',
    },
    value: {
      model,
      episode: `leaves/4/${START + hours(2)}`,
      reason: [{ feature: 'length', psi: data.reason[0]!.psi }],
      window: { start: START + hours(2), end: START + hours(3) },
      trainOn: { from: START + hours(1), to: START + hours(3) },
    },
  })
})

test('no record publishes two records to one topic, even when several windows become due', () => {
  const late = [
    statisticsOf(0, 0, 200),
    statisticsOf(1, 0, 200),
    statisticsOf(2, 0, 200),
    statisticsOf(2, 1, 200),
  ]
  const outputs = run([...late, statisticsOf(3, 0, 200), statisticsOf(3, 1, 200)])
  const startsOf = (records: StageOutput[]) =>
    records.map(({ value }) => ((value as StatisticsRecord).window.start - START) / hours(1))
  assert.deepEqual(outputs.map(startsOf), [[], [], [], [0], [1], [2]])
})

test('all records have one state, and a record is handled the same whenever it comes', () => {
  const [record] = hoursOf(200)
  const taken = { input: 0, offset: 0, eventTime: START, value: record!, lateByMs: 0 }
  assert.equal(stage.keyOf(taken), stage.keyOf({ ...taken, value: statisticsOf(5, 1, 0) }))
  assert.deepEqual(run(hoursOf(200, 390, 390)), run(hoursOf(200, 390, 390)))
})
