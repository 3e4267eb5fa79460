import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { RowIds } from '../../src/vectors/row-ids.ts'
import { VectorFile } from '../../src/vectors/vector-file.ts'
import { predictionOf } from '../fixtures.ts'
import { temporaryFile } from '../input/files.ts'

const NAMES = { amount: 'TX_AMOUNT', payments_1d: 'NB_TX_1DAY' }

test('each predicted row has its line, in the order of the rows and under the names of the file', async t => {
  const path = await temporaryFile(t, 'out.ndjson', 'old')
  const ids = new RowIds()
  const toEvents = ids.noting(row => ({ transaction: { ...row } }), 'ndjson')
  const events = [7, 'b', 9].map(
    id => toEvents({ TRANSACTION_ID: id }).transaction as Record<string, unknown>,
  )
  const file = await VectorFile.open({ path, ids, names: NAMES })
  for (const event of events) file.expect(event)
  const settle = (event: Record<string, unknown>, payments_1d: number | undefined): void =>
    file.settled({
      origin: { partition: 0, offset: 0 },
      entry: { event, sentAt: 0, isLive: false },
      outcome:
        payments_1d === undefined
          ? { kind: 'dead-lettered' }
          : {
              kind: 'predicted',
              prediction: predictionOf('x', { features: { amount: 5, payments_1d }, score: 0.25 }),
              receivedAt: 0,
            },
    })
  settle(events[2]!, 1 / 3)
  settle(events[1]!, undefined)
  settle(events[0]!, 2)
  await file.close()
  assert.equal(file.lines, 2)
  assert.equal(
    await readFile(path, 'utf8'),
    '{"TRANSACTION_ID":7,"NB_TX_1DAY":2,"score":0.25}\n{"TRANSACTION_ID":9,"NB_TX_1DAY":0.3333333333333333,"score":0.25}\n',
  )
})

test('a file that cannot be written is refused', async () => {
  const options = { path: '/no/such/folder/out', ids: new RowIds(), names: NAMES }
  await assert.rejects(VectorFile.open(options), {
    code: 'CONFIG_INVALID',
    message: /^The vectors cannot be written: ENOENT/,
  })
})
