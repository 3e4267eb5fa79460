import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BY_COMMAND,
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
  InputMerge,
  latenessOf,
  type Parent,
  type StageOrder,
  type StageRecord,
  type TakenRecord,
  turnOf,
} from '../../src/index.ts'

const parentAt = (partition: number, offset: number, via = 0): Parent => ({
  partition,
  input: 0,
  via,
  offset,
})

/** Records of one input, from `[eventTime, parent]`; the value is the offset's name. */
function recordsOf(
  input: number,
  rows: readonly (readonly [number, Parent?])[],
): readonly StageRecord<string>[] {
  return rows.map(([eventTime, parent], offset) => {
    const record = { input, offset, eventTime, value: `${input}.${offset}` }
    return parent === undefined ? record : { ...record, parent }
  })
}

function mergeOf(
  order: StageOrder,
  records: readonly StageRecord<string>[],
  from: Checkpoint = emptyCheckpoint(2),
): InputMerge<string> {
  const merge = new InputMerge<string>(order, from)
  for (const record of records) merge.offer(record)
  return merge
}

function takeAll(merge: InputMerge<string>, limit = Infinity): readonly TakenRecord<string>[] {
  const taken: TakenRecord<string>[] = []
  for (let record = merge.take(limit); record !== undefined; record = merge.take(limit)) taken.push(record)
  return taken
}

const valuesOf = (records: readonly TakenRecord<string>[]): readonly string[] =>
  records.map(({ value }) => value)

test('under arrival order records are taken as they came, whatever their times and the limit', () => {
  const [first, second] = [recordsOf(0, [[9], [1]]), recordsOf(1, [[5]])]
  const merge = mergeOf('arrival', [first[0]!, second[0]!, first[1]!])
  assert.deepStrictEqual(valuesOf(takeAll(merge, -Infinity)), ['0.0', '1.0', '0.1'])
})

test('under strict order the heads of the upstream partitions are merged by event time', () => {
  const rows = [
    [1, parentAt(0, 0)],
    [6, parentAt(0, 1)],
    [2, parentAt(1, 0)],
    [4, parentAt(1, 1)],
  ] as const
  const merge = mergeOf('strict', [...recordsOf(0, rows), ...recordsOf(1, [[3, parentAt(0, 0)]])])
  assert.deepStrictEqual(valuesOf(takeAll(merge)), ['0.0', '0.2', '1.0', '0.3', '0.1'])
})

test('under strict order ties go by input, then by upstream partition', () => {
  const rows = [
    [5, parentAt(1, 0)],
    [5, parentAt(0, 0)],
    [5, parentAt(0, 1)],
  ] as const
  const merge = mergeOf('strict', [...recordsOf(1, [[5, parentAt(0, 0)]]), ...recordsOf(0, rows)])
  assert.deepStrictEqual(valuesOf(takeAll(merge)), ['0.1', '0.2', '0.0', '1.0'])
})

test('a late record keeps its place in its partition, with the latest time as its turn', () => {
  const rows = [
    [5, parentAt(0, 0)],
    [2, parentAt(0, 1)],
    [4, parentAt(1, 0)],
    [6, parentAt(1, 1)],
  ] as const
  const taken = takeAll(mergeOf('strict', recordsOf(0, rows)))
  assert.deepStrictEqual(
    taken.map(({ value, lateByMs }) => [value, lateByMs]),
    [
      ['0.2', 0],
      ['0.0', 0],
      ['0.1', 3],
      ['0.3', 0],
    ],
  )
})

test('a record that was late in the stage before is due as late here, and what follows it no sooner', () => {
  const [first, late, next] = recordsOf(0, [
    [5, parentAt(0, 0)],
    [2, parentAt(0, 1)],
    [4, parentAt(0, 2)],
  ])
  const other = recordsOf(1, [
    [6, parentAt(0, 0)],
    [9, parentAt(0, 1)],
  ])
  const turns = (records: readonly StageRecord<string>[], from?: Checkpoint) =>
    takeAll(mergeOf('strict', records, from)).map(record => [record.value, turnOf(record), record.lateByMs])
  const records = [first!, { ...late!, lateByMs: 5 }, next!, ...other]
  const expected = [
    ['0.0', 5, 0],
    ['1.0', 6, 0],
    ['0.1', 7, 5],
    ['0.2', 7, 3],
    ['1.1', 9, 0],
  ]
  assert.deepStrictEqual(turns(records), expected)
  const merge = mergeOf('strict', records)
  for (let taken = 0; taken < 3; taken++) merge.take(Infinity)
  const stored = encodeCheckpoint({ ...merge.progress(undefined), logs: [{}, {}] })
  assert.deepStrictEqual(turns(records, decodeCheckpoint(stored, 0)), expected.slice(3))
})

test('an output is late by whole milliseconds, and never due before the turn of its record', () => {
  const rows = [
    [5.5, parentAt(0, 0)],
    [4, parentAt(0, 1)],
    [6, parentAt(0, 2)],
  ] as const
  assert.deepStrictEqual(
    takeAll(mergeOf('strict', recordsOf(0, rows))).map(record => latenessOf(record)),
    [0, 2, 0],
  )
})

test('under strict order nothing is taken whose turn is after the limit', () => {
  const merge = mergeOf('strict', recordsOf(0, [[3], [5], [4]]))
  assert.deepStrictEqual(valuesOf(takeAll(merge, 4)), ['0.0'])
  assert.deepStrictEqual([merge.waiting, merge.nextTurn()], [2, 5])
  assert.deepStrictEqual(valuesOf(takeAll(merge, 5)), ['0.1', '0.2'])
  assert.deepStrictEqual([merge.waiting, merge.nextTurn()], [0, undefined])
})

test('a record whose parent is not above the highest of its partition and via is a repeat', () => {
  const rows = [
    [1, parentAt(0, 4, 0)],
    [2, parentAt(0, 3, 1)],
    [3, parentAt(0, 4, 0)],
    [4, parentAt(1, 0, 0)],
    [5, parentAt(0, 2, 1)],
    [6, parentAt(0, 5, 0)],
  ] as const
  for (const order of ['arrival', 'strict'] as const) {
    const merge = mergeOf(order, recordsOf(0, rows))
    assert.deepStrictEqual(valuesOf(takeAll(merge)), ['0.0', '0.1', '0.3', '0.5'])
    assert.equal(merge.repeats, 2)
  }
})

test('parents of different inputs of the stage before are apart', () => {
  const rows = [
    [1, { ...parentAt(0, 0), input: 0 }],
    [2, { ...parentAt(0, 0), input: 1 }],
  ] as const
  assert.equal(takeAll(mergeOf('arrival', recordsOf(0, rows))).length, 2)
})

test('an offset that was offered is not taken again', () => {
  const records = recordsOf(0, [[1], [2]])
  const merge = mergeOf('arrival', [...records, ...records])
  assert.deepStrictEqual([valuesOf(takeAll(merge)), merge.cursor(0), merge.repeats], [['0.0', '0.1'], 2, 0])
})

test('the position of an input is its lowest offset that is not handled', () => {
  const rows = [
    [9, parentAt(0, 0)],
    [1, parentAt(1, 0)],
    [2, parentAt(1, 1)],
  ] as const
  const merge = mergeOf('strict', [...recordsOf(0, rows), ...recordsOf(1, [[7, parentAt(0, 0)]])])
  assert.deepStrictEqual(merge.positions(), [0, 0])
  takeAll(merge, 2)
  assert.deepStrictEqual(merge.positions(), [0, 0])
  takeAll(merge, 8)
  assert.deepStrictEqual(merge.positions(), [0, 1])
  takeAll(merge)
  assert.deepStrictEqual(merge.positions(), [3, 1])
})

test('the watermark of a raw partition is just before its next record, or before its last while none waits', () => {
  const merge = mergeOf('strict', recordsOf(0, [[3], [7], [7]]))
  const watermark = (): number => merge.progress(undefined).watermark
  assert.equal(watermark(), 2)
  merge.take(Infinity)
  assert.equal(watermark(), 6)
  takeAll(merge)
  assert.equal(watermark(), 6)
})

test('a watermark record moves the watermark, even beyond the limit, and is handed to nobody', () => {
  const day: StageRecord<string> = { input: 0, offset: 1, eventTime: 100 }
  const merge = mergeOf('strict', [...recordsOf(0, [[3]]), day])
  assert.deepStrictEqual(valuesOf(takeAll(merge, 3)), ['0.0'])
  assert.deepStrictEqual(merge.positions(), [2, 0])
  assert.equal(merge.progress(undefined).watermark, 99)
  merge.offer({ input: 0, offset: 2, eventTime: Infinity })
  assert.equal(merge.take(-Infinity), undefined)
  assert.equal(merge.progress(undefined).watermark, Infinity)
})

test('an input begins where its log does, unless it is further already', () => {
  const merge = mergeOf('strict', recordsOf(0, [[3], [4]]))
  merge.startAt(0, 1)
  merge.startAt(1, 7)
  takeAll(merge)
  assert.deepStrictEqual(merge.progress(undefined).positions, [2, 7])
  merge.offer({ input: 1, offset: 6, eventTime: 5, value: 'before its beginning' })
  assert.equal(merge.waiting, 0)
})

test('the watermark behind other stages is theirs, or just before the next record', () => {
  const merge = mergeOf('strict', recordsOf(0, [[3, parentAt(0, 0)]]))
  assert.equal(merge.progress(50).watermark, 2)
  takeAll(merge)
  assert.equal(merge.progress(50).watermark, 50)
  assert.equal(merge.progress(40).watermark, 50)
})

test('under arrival order ties in time of many inputs leave nothing behind', () => {
  const merge = mergeOf('arrival', [...recordsOf(1, [[5], [5]]), ...recordsOf(0, [[5]])])
  assert.deepStrictEqual(valuesOf(takeAll(merge)), ['1.0', '1.1', '0.0'])
  assert.deepStrictEqual(merge.positions(), [1, 2])
})

test('records by command are told by their own offsets, apart from those of every stage partition', () => {
  for (const order of ['arrival', 'strict'] as const) {
    const command = { input: 0, eventTime: -Infinity, parent: BY_COMMAND }
    const records = [
      { input: 0, offset: 0, eventTime: 5, parent: parentAt(0, 900), value: 'event' },
      { ...command, offset: 1, value: 'first' },
      { ...command, offset: 2, value: 'second' },
      { input: 0, offset: 3, eventTime: 6, parent: parentAt(0, 900), value: 'repeat' },
      { input: 0, offset: 4, eventTime: 7, parent: parentAt(0, 901), value: 'next' },
    ]
    const merge = mergeOf(order, records)
    const inOrder = {
      arrival: ['event', 'first', 'second', 'next'],
      strict: ['first', 'second', 'event', 'next'],
    }
    assert.deepStrictEqual(valuesOf(takeAll(merge)), inOrder[order])
    const again = mergeOf(order, records.slice(1, 3), {
      ...merge.progress(9),
      positions: [0, 0],
      logs: [{}, {}],
    })
    assert.deepStrictEqual([takeAll(again), again.repeats], [[], 2])
  }
})

test('a switch record is a border: what follows is served by the version that it names, also after a restart', () => {
  const mark = { input: 0, offset: 1, eventTime: -Infinity, servedBy: 2 }
  const [before, , after] = recordsOf(0, [[5], [6], [7]])
  for (const order of ['arrival', 'strict'] as const) {
    const merge = mergeOf(order, [before!, mark, after!], { ...emptyCheckpoint(1), servedBy: 1 })
    assert.deepStrictEqual(
      takeAll(merge).map(({ value, servedBy }) => [value, servedBy]),
      [
        ['0.0', 1],
        ['0.2', 2],
      ],
    )
    const stored = decodeCheckpoint(encodeCheckpoint({ ...merge.progress(undefined), logs: [{}] }), 0)
    const next = { input: 0, offset: 3, eventTime: 8, value: 'next' }
    assert.strictEqual(takeAll(mergeOf(order, [next], stored))[0]!.servedBy, 2)
  }
})
