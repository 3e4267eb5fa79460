import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type EventValues, hours } from '@millrace/core'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import type { Erasure } from '../../src/history/erasures.ts'
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

test('what a view was made to forget is forgotten in the recomputation too', async () => {
  await forEachSeed(3, async random => {
    const { clean, vectors, erased } = forgetfulStream(random)
    const log = new MemoryLog(new Map([[purchase, clean.map(event => ({ event }))]]), vectors)
    const differing = async (): Promise<number> =>
      (await runParity(shop, log, OPTIONS, SILENT)).logged.differing
    assert.ok((await differing()) > 0)
    log.erased.set('buyer', [...erased.toReversed(), ...erased])
    assert.equal(await differing(), 0)
  })
})

/** Purchases of three buyers in the order of time, now and then one is forgotten; and what the stream makes of them. */
function forgetfulStream(random: SeededRandom) {
  const known = new Map<string, ReturnType<typeof bought>[]>()
  const [clean, vectors, erased] = [[] as EventValues[], [] as ReturnType<typeof vectorOf>[], [] as Erasure[]]
  for (let minutes = 0; minutes < 300; minutes++) {
    const entity = random.pick(['b', 'c', 'd'])
    if (minutes > 0 && random.chance(0.2)) {
      known.delete(entity)
      erased.push({ entity, time: bought(minutes - 1).at + 0.5 })
    }
    const event = bought(minutes, { by: entity, isGift: true })
    const events = [...(known.get(entity) ?? []), event]
    known.set(entity, events)
    const count = events.filter(({ at }) => at > event.at - hours(1)).length
    clean.push(event)
    vectors.push(vectorOf(event, [1, count, 5 * count]))
  }
  return { clean, vectors, erased }
}

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
