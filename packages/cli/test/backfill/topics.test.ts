import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { backfillDigest } from '../../src/backfill/backfill-digest.ts'
import { EventTable } from '../../src/backfill/event-table.ts'
import { readTopics } from '../../src/backfill/read-topics.ts'
import { TextCodes, Texts } from '../../src/backfill/texts.ts'
import { keptRanges } from '../../src/backfill/topic-ranges.ts'
import { MemoryLog, type Placed } from '../history/memory-log.ts'
import { bought, purchase, shop, T } from '../history/shop.ts'

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-topics-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** The ids of what is read of a topic, in the order in which they count, and what is told of it. */
async function readIds(placed: readonly Placed[]) {
  const texts = new TextCodes()
  const table = new EventTable(purchase, texts, T)
  const log = new MemoryLog(new Map([[purchase, placed]]))
  const ranges = await log.cleanRanges(purchase)
  let told = 0
  const digested = await readTopics(
    log,
    [{ topic: 'purchases', type: purchase, ranges }],
    new Map([['purchase', table]]),
    rows => {
      told += rows
    },
  )
  const { columns } = table.share(['buyer']).table
  const reader = new Texts(texts.share())
  return { ids: Array.from(columns['id']!, code => reader.at(code)), digested, told }
}

test('clean events are taken as they are, those of one time in the order of the stream', async () => {
  const late = { ...bought(1), price: null }
  const { ids, digested, told } = await readIds([
    { event: late, partition: 0 },
    { event: { ...bought(0), id: 'second' }, partition: 0, raw: 2 },
    { event: { ...bought(0), id: 'first' }, partition: 0, raw: 1 },
  ])
  assert.deepStrictEqual([ids, told], [['first', 'second', 'p1'], 3])
  const [{ sha256, ...rest }] = digested as [(typeof digested)[number]]
  assert.deepStrictEqual(rest, {
    ...{ topic: 'purchases', type: 'purchase', ranges: { 0: [0, 3] }, completeFrom: null },
  })
  assert.match(sha256, /^[0-9a-f]{64}$/)
})

test('the digest of a topic tells its contents apart', async () => {
  const digest = async (...minutes: readonly number[]): Promise<string> =>
    (await readIds(minutes.map(at => ({ event: bought(at) })))).digested[0]!.sha256
  assert.equal(await digest(1, 2), await digest(1, 2))
  assert.notEqual(await digest(1, 2), await digest(1, 3))
})

test('what was made of the same events with other erasures is not taken over', () => {
  const digest = (...erased: (readonly [entity: number, times: readonly number[]])[]): string =>
    backfillDigest(shop, [], { buyer: new Map(erased) }, {})
  const [a, b] = [[0, [1.5]] as const, [1, [2.5, 3.5]] as const]
  assert.equal(digest(a, b), digest(b, a))
  assert.notEqual(digest(a, b), digest(a))
  assert.notEqual(digest(a), digest([0, [2.5]]))
})

test('a backfill that was broken off reads again what it read, as long as the topic holds it', async t => {
  const folder = await folderOf(t)
  const rangesOf = async (records: number, lost = 0): Promise<unknown> => {
    const log = new MemoryLog(new Map([[purchase, Array(records).fill({ event: bought(0) })]]))
    log.lost = lost
    const [input] = await keptRanges(shop, log, [purchase], folder)
    return input!.ranges.get(0)
  }
  assert.deepStrictEqual(await rangesOf(3), { low: 0, high: 3 })
  assert.deepStrictEqual(await rangesOf(5), { low: 0, high: 3 })
  assert.deepStrictEqual(await rangesOf(4, 1), { low: 1, high: 5 })
  assert.deepStrictEqual(await rangesOf(9, 1), { low: 1, high: 5 })
})

test('what was noted of a topic only in part is noted anew', async t => {
  const folder = await folderOf(t)
  await writeFile(join(folder, 'topics.json'), '{"shop.v1.pur')
  const log = new MemoryLog(new Map([[purchase, [{ event: bought(0) }]]]))
  await keptRanges(shop, log, [purchase], folder)
  assert.deepStrictEqual(JSON.parse(await readFile(join(folder, 'topics.json'), 'utf8')), {
    'shop.v1.purchase.clean': { 0: [0, 1] },
  })
})
