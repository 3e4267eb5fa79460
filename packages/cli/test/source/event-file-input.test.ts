import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventFileInput } from '../../src/source/event-file-input.ts'
import { pipeline } from '../fixtures.ts'
import { collect, temporaryFile } from '../input/files.ts'

const OPTIONS = { events: undefined, speed: undefined, order: undefined }
const DAY = 86_400_000
const START = Date.UTC(2026, 2, 1)

const first = { paymentId: '1', card: 'c', at: '2026-03-01T00:00:00Z', amount: 1 }
const second = { paymentId: '2', card: 'c', at: START + DAY, amount: 2 }
const outcome = { paymentId: '1', card: 'c', at: START + 2 * DAY, isFraud: true }

test('a line names its event type, or holds the fields of a scored event', async t => {
  const lines = [{ type: 'payment', event: first }, second, { type: 'outcome', event: outcome }]
  const path = await temporaryFile(t, 'events.ndjson', lines.map(line => JSON.stringify(line)).join('\n'))
  const input = await eventFileInput(pipeline, { path, ...OPTIONS })
  assert.deepStrictEqual(
    (await collect(input.events())).map(({ type, event, eventTime }) => [type.name, event, eventTime]),
    [
      ['payment', first, START],
      ['payment', second, START + DAY],
      ['outcome', outcome, START + 2 * DAY],
    ],
  )
  const { size, firstEventTime, example, order, isReplay, clock, remarks } = input
  assert.deepStrictEqual(
    { size, firstEventTime, example, order, isReplay, clock, remarks },
    {
      size: 2,
      firstEventTime: START,
      example: first,
      order: 'strict',
      isReplay: true,
      clock: { start: START + 9 * DAY, speed: 1 },
      remarks: [],
    },
  )
})

test('events out of order are remarked, and a count ends the input', async t => {
  const path = await temporaryFile(
    t,
    'events.ndjson',
    `${JSON.stringify(second)}\n${JSON.stringify(first)}\n`,
  )
  const input = await eventFileInput(pipeline, { path, ...OPTIONS, events: 1, speed: 60 })
  assert.equal((await collect(input.events())).length, 1)
  assert.deepStrictEqual([input.size, input.isReplay, input.clock], [1, false, { start: START, speed: 60 }])
  assert.deepStrictEqual(input.remarks, ['The events are not in the order of their times: some come late.'])
})

test('a file that is missing, no NDJSON, or without scored events is refused', async t => {
  const csv = await temporaryFile(t, 'events.csv', 'paymentId,card\n1,c\n')
  const others = await temporaryFile(t, 'others.ndjson', JSON.stringify({ type: 'outcome', event: outcome }))
  for (const [path, words] of [
    ['/no/events.ndjson', /cannot be read/],
    [csv, /is no NDJSON/],
    [others, /holds no payment\.$/],
  ] as const) {
    await assert.rejects(eventFileInput(pipeline, { path, ...OPTIONS }), {
      code: 'INPUT_INVALID',
      message: words,
    })
  }
})
