import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type EventValues, hours } from '@millrace/core'
import { describeParity } from '../../src/parity/describe-parity.ts'
import { type ParityOptions, runParity } from '../../src/parity/run-parity.ts'
import { MemoryLog, vectorOf } from '../history/memory-log.ts'
import { bought, purchase, shop, T } from '../history/shop.ts'

const OPTIONS: ParityOptions = {
  pipelineFile: fileURLToPath(new URL('../history/shop.ts', import.meta.url)),
  selection: { from: -Infinity, to: Infinity, sample: 1, tolerance: 0 },
  ...{ workers: 1, show: 5, requests: 1, request: undefined },
}
const SILENT = { readRows() {}, begin() {}, finish() {} }

/** Purchases of one buyer every 20 minutes, and what the stream made of them. */
const EVENTS = [0, 20, 40, 60, 80, 100].map(minutes => bought(minutes, { isGift: true }))
const VECTORS = EVENTS.map((event, i) => vectorOf(event, [1, Math.min(i + 1, 3), 5 * Math.min(i + 1, 3)]))

function logOf(clean: readonly EventValues[], lost = 0): MemoryLog {
  const log = new MemoryLog(new Map([[purchase, clean.map(event => ({ event }))]]), VECTORS)
  log.lost = lost
  return log
}

async function told(log: MemoryLog, given: Partial<ParityOptions> = {}): Promise<string[]> {
  const report = await runParity(shop, log, { ...OPTIONS, ...given }, SILENT)
  return describeParity(shop, report, OPTIONS.show)
}

const NOT_REQUESTED = 'logged = requested: not compared, --scorer names the scorer to ask.'

test('what the stream made of the clean events is recomputed to the same values', async () => {
  assert.deepStrictEqual(await told(logOf(EVENTS)), [
    'logged = recomputed: 6 vectors compared, 0 differ.',
    NOT_REQUESTED,
  ])
})

test('only vectors whose windows the topics still hold are compared', async () => {
  const { comparableFrom, logged } = await runParity(shop, logOf(EVENTS.slice(1), 1), OPTIONS, SILENT)
  assert.deepStrictEqual([comparableFrom, logged.compared, logged.differing], [T + hours(4 / 3), 2, 0])
  assert.deepStrictEqual(await told(logOf(EVENTS.slice(1), 1)), [
    'The clean topics no longer hold 1 records: only vectors from 2026-01-01T01:20:00.000Z on can be recomputed.',
    'logged = recomputed: 2 vectors compared, 0 differ.',
    NOT_REQUESTED,
  ])
})

test('an event that the topic lacks shows in every vector that counted it', async () => {
  const { logged } = await runParity(shop, logOf(EVENTS.toSpliced(2, 1)), OPTIONS, SILENT)
  assert.deepStrictEqual([logged.compared, logged.differing, logged.unexplained], [5, 2, 1])
})

test('the last vector of an entity is requested, and what the scorer answers is compared', async () => {
  const asked: unknown[] = []
  const request: ParityOptions['request'] = async event => {
    asked.push(event['id'])
    return { is_gift: 1, buyer_count_1h: 2, buyer_gifts_1h: 15 }
  }
  const lines = await told(logOf(EVENTS), { request })
  assert.deepStrictEqual(asked, ['p100'])
  assert.deepStrictEqual(
    [lines[2], lines.at(-1)],
    ['buyer_count_1h  3       2', 'logged = requested: 1 vectors compared, 1 differ.'],
  )
})
