import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { days } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { defaultPipelineFile } from '../../src/paths.ts'
import { fileInput } from '../../src/source/file-input.ts'
import type { Input } from '../../src/source/input-event.ts'
import { loadHandbook } from '../../src/source/load-companion.ts'
import { collect, temporaryFile } from '../input/files.ts'

const CSV = `TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD
0,not a time,1,1,1,0
1,2018-04-01 00:00:00,5,6,1.5,0
2,2018-04-03 00:00:00,5,6,0,1
`

async function read(t: TestContext, content: string, changes: object = {}): Promise<Input> {
  const path = await temporaryFile(t, 'input.csv', content)
  const { handbookRowToEvents } = await loadHandbook(defaultPipelineFile({}))
  const options = { path, events: undefined, speed: undefined, order: undefined, ...changes }
  return fileInput(await loadPipeline(defaultPipelineFile({})), handbookRowToEvents, options)
}

test('a file is replayed in strict order by a clock that stands behind its last label', async t => {
  const { events: _, name: __, ...input } = await read(t, CSV)
  assert.deepStrictEqual(input, {
    order: 'strict',
    isReplay: true,
    clock: { start: Date.UTC(2018, 3, 3) + days(7), speed: 1 },
    firstEventTime: Date.UTC(2018, 3, 1),
    historyEnd: Date.UTC(2018, 3, 1),
    size: 3,
    hasLabels: true,
    example: {
      transactionId: '1',
      customerId: '5',
      terminalId: '6',
      occurredAt: Date.UTC(2018, 3, 1),
      amount: 1.5,
    },
    remarks: [],
  })
})

test('with a speed the clock starts with the first transaction', async t => {
  const { clock, isReplay } = await read(t, CSV, { speed: 3_600 })
  assert.deepStrictEqual([clock, isReplay], [{ start: Date.UTC(2018, 3, 1), speed: 3_600 }, false])
})

test('a file can be cut, and what is odd about it is said', async t => {
  const rows = CSV.trimEnd().split('\n')
  const input = await read(
    t,
    [rows[0], rows[3], rows[2]].map(row => row!.replace(/,[^,]*$/, '')).join('\n'),
    {
      events: 1,
    },
  )
  assert.equal(input.size, 1)
  const events = await collect(input.events())
  assert.deepStrictEqual(
    events.map(({ event }) => event['transactionId']),
    ['2'],
  )
  assert.deepStrictEqual(input.remarks, [
    'The rows are not in the order of their times: some events come late.',
    'The rows do not say what was fraud: nothing is known about the hits.',
  ])
})

test('a file without rows is refused', async t => {
  await assert.rejects(read(t, 'TRANSACTION_ID\n'), { code: 'INPUT_INVALID', message: /holds no rows/ })
})
