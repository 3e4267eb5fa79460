import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  advanceMonitor,
  type DriftState,
  decodeDriftState,
  defineMonitor,
  emptyDriftState,
  encodeDriftState,
  type ModelIdentity,
  type MonitorAdvance,
  psi,
  type StatisticsRecord,
} from '@millrace/core'
import { HOUR, MODEL, NEXT_MODEL, quarters, recordOf } from './fixtures.ts'

const plan = {
  monitor: defineMonitor({ window: HOUR, minEvents: 100 }),
  referenceOf: (model: ModelIdentity) => quarters(model),
}

/** What each record leads to; the state is stored and read again between them. */
function advances(partitions: number, records: readonly StatisticsRecord[]): MonitorAdvance[] {
  let state = emptyDriftState(partitions)
  return records.map(record => {
    const advance = advanceMonitor(state, record, plan)
    state = decodeDriftState(encodeDriftState(advance.state))
    return advance
  })
}

/** The windows (their index and model version) with a verdict after each record. */
function verdicts(partitions: number, records: readonly StatisticsRecord[]) {
  return advances(partitions, records).map(({ verdict }) =>
    verdict === undefined ? null : `${verdict.window.start / HOUR} v${verdict.model.version}`,
  )
}

const from = (partition: number, index: number, changes: Partial<StatisticsRecord> = {}) =>
  recordOf(index, 'stable', { partition, ...changes })

test('a window is judged when every partition has reported it, on the counts of all', () => {
  const [first, second] = advances(2, [from(0, 1), recordOf(1, 'drift', { partition: 1, late: 2 })])
  assert.equal(first!.verdict, undefined)
  const { features, ...verdict } = second!.verdict!
  assert.deepEqual(verdict, {
    window: { start: HOUR, end: 2 * HOUR },
    model: MODEL,
    events: 800,
    late: 2,
    status: 'judged',
    level: 'drift',
    episode: null,
  })
  assert.equal(features['x']!.psi, psi([0.25, 0.25, 0.25, 0.25], [500, 100, 100, 100]))
})

test('a partition that reported a later window has no part in the earlier one', () => {
  assert.deepEqual(verdicts(2, [from(0, 1), from(1, 2), from(0, 2)]), [null, '1 v1', '2 v1'])
})

test('a silent partition holds a verdict back for three windows only', () => {
  assert.deepEqual(
    verdicts(
      2,
      [1, 2, 3, 4, 5].map(index => from(0, index)),
    ),
    [null, null, null, '1 v1', '2 v1'],
  )
})

test('when a silent partition comes back, what became due is judged one window a record, oldest first', () => {
  const records = [from(0, 1), from(0, 2), from(0, 3), from(1, 3), from(0, 4), from(1, 4)]
  assert.deepEqual(verdicts(2, records), [null, null, null, '1 v1', '2 v1', '3 v1'])
})

test('events that are reported after the verdict of their window are told as late by the next one', () => {
  const records = [
    from(0, 1),
    from(0, 2),
    from(0, 3),
    from(0, 4),
    from(1, 1, { events: 7, late: 2 }),
    from(0, 5),
  ]
  const late = advances(2, records).map(({ verdict }) => verdict?.late)
  assert.deepEqual(late, [undefined, undefined, undefined, 0, undefined, 9])
})

test('the warm-up counts from the earliest event that any partition reported', () => {
  const warm = { ...plan, monitor: defineMonitor({ window: HOUR, warmUp: 2 * HOUR }) }
  let state: DriftState = emptyDriftState(1)
  const statuses = [1, 2, 3, 4].map(index => {
    const firstEventTime = index * HOUR + 60_000
    const advance = advanceMonitor(state, from(0, index, { firstEventTime }), warm)
    state = advance.state
    return advance.verdict!.status
  })
  assert.deepEqual(statuses, ['warming-up', 'warming-up', 'warming-up', 'judged'])
})

test('an episode asks for a new model once, with the evidence and the data since the change', () => {
  const shapes = ['stable', 'drift', 'drift', 'drift', 'drift'] as const
  const found = advances(
    1,
    shapes.map((shape, index) => recordOf(index, shape)),
  )
  assert.deepEqual(
    found.map(({ verdict }) => verdict!.episode),
    [null, null, 'churn/1/7200000', 'churn/1/7200000', 'churn/1/7200000'],
  )
  assert.deepEqual(
    found.map(({ request }) => request).filter(request => request !== undefined),
    [
      {
        model: MODEL,
        episode: 'churn/1/7200000',
        reason: [{ feature: 'x', psi: found[2]!.verdict!.features['x']!.psi }],
        window: { start: 2 * HOUR, end: 3 * HOUR },
        trainOn: { from: HOUR, to: 3 * HOUR },
      },
    ],
  )
})

test('the reasons for a new model begin with the furthest', () => {
  const features = {
    x: { missing: 0, counts: [300, 40, 30, 30] },
    score: { missing: 0, counts: [0, 0, 0, 400] },
  }
  const drifting = [1, 2].map(index => recordOf(index, 'drift', { features }))
  const { request } = advances(1, drifting)[1]!
  assert.deepEqual(
    request!.reason.map(({ feature }) => feature),
    ['score', 'x'],
  )
})

test('the same records in the same order give the same verdicts and the same request', () => {
  const records = [1, 2, 3].flatMap(index => [0, 1].map(partition => recordOf(index, 'drift', { partition })))
  assert.deepEqual(advances(2, records), advances(2, records))
})

test('windows of two models are judged apart while one takes over from the other', () => {
  const next = { model: NEXT_MODEL }
  const records = [
    from(0, 1),
    from(0, 1, next),
    from(1, 1),
    from(0, 2, next),
    from(1, 2),
    from(1, 2, next),
    from(0, 3, next),
  ]
  assert.deepEqual(verdicts(2, records), [null, null, '1 v1', null, '1 v2', '2 v2', '2 v1'])
})

test('a model that takes over begins without an episode, and the old one is forgotten', () => {
  const drifted = (index: number, model: ModelIdentity) => recordOf(index, 'drift', { model })
  const found = advances(1, [
    drifted(1, MODEL),
    drifted(2, MODEL),
    drifted(2, NEXT_MODEL),
    ...[3, 4, 5].map(index => drifted(index, NEXT_MODEL)),
  ])
  assert.deepEqual(
    found.map(({ request }) => request?.episode),
    [undefined, 'churn/1/7200000', undefined, 'churn/2/10800000', undefined, undefined],
  )
  assert.deepEqual(
    found.map(({ state }) => state.tracks.map(({ digest }) => digest)),
    [['aa11'], ['aa11'], ['aa11', 'bb22'], ['aa11', 'bb22'], ['aa11', 'bb22'], ['bb22']],
  )
})

test('a step leaves the state it was given untouched', () => {
  const { state } = advanceMonitor(emptyDriftState(2), from(0, 1), plan)
  const before = structuredClone(state)
  advanceMonitor(state, from(1, 1), plan)
  assert.deepEqual(state, before)
})

test('a record that does not fit the reference, or the score stage, is refused', () => {
  const features = { x: { missing: 0, counts: [1, 2] }, score: { missing: 0, counts: [1, 2, 3, 4] } }
  const refuse = (record: StatisticsRecord, message: string) =>
    assert.throws(() => advanceMonitor(emptyDriftState(2), record, plan), {
      code: 'RECORD_UNREADABLE',
      message,
    })
  refuse(
    from(0, 1, { features }),
    'Statistics of churn 1 from partition 0 cannot be used: its bins of x are not those of the reference.',
  )
  refuse(
    from(2, 1),
    'Statistics of churn 1 from partition 2 cannot be used: the score stage has 2 partitions.',
  )
})
