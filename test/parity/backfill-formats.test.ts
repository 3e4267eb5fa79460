import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import cardFraud from '@millrace/card-fraud'
import { handbookRowToEvents } from '@millrace/card-fraud/handbook'
import {
  compileTrainingRow,
  days,
  type EventValues,
  fitEncoders,
  minutes,
  type Pipeline,
} from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { type BorderCases, borderCases, handbookFeatures, SeededRandom } from '@millrace/testkit'
import { type BackfillSummary, runBackfill } from '../../packages/cli/src/backfill/run-backfill.ts'
import {
  definitionDigest,
  sealArtifact,
  writeArtifact,
} from '../../packages/platform/src/artifact/artifact-file.ts'
import { readVectors, writeEvents } from '../harness/backfill-files.ts'
import shops, { refund, sale } from '../harness/shop-pipeline.ts'
import { streamVectors } from '../harness/stream-vectors.ts'

type Sold = { readonly type: string; readonly event: EventValues }

const START = Date.UTC(2026, 0, 1)
const SILENT = { readRows() {}, begin() {}, finish() {} }
const MODULE = resolve(import.meta.dirname, '../harness/shop-pipeline.ts')

for (const format of ['parquet', 'csv', 'ndjson'] as const) {
  test(`texts, missing values, whole numbers as ids and fitted encoders out of ${format} are as in the stream`, async t => {
    const { folder, pipeline } = await project(t)
    const events = drawEvents(1)
    const files = await writeAll(folder, events, format)
    const summary = await run(pipeline, folder, files)
    assert.deepStrictEqual(summary, {
      vectors: 1_500,
      files: 4,
      rejected: {},
      duplicates: 0,
      erasures: 0,
      takenOver: 0,
    })
    await assertAsStream(pipeline, folder, events)
  })
}

test('events out of order are put in order; repeated ids and what cleaning refuses are left out and counted', async t => {
  const { folder, pipeline } = await project(t)
  const events = drawEvents(2)
  const sales = events.filter(({ type }) => type === sale.name)
  const refused = { type: sale.name, event: { ...sales[0]!.event, saleId: 9_999_999, shop: ' ' } }
  const shuffled = [...events.toReversed(), ...sales.slice(0, 7), refused]
  const summary = await run(pipeline, folder, await writeAll(folder, shuffled, 'ndjson'))
  assert.deepStrictEqual(summary, {
    vectors: 1_500,
    files: 4,
    rejected: { 'sale FIELD_MISSING': 1 },
    duplicates: 7,
    erasures: 0,
    takenOver: 0,
  })
  await assertAsStream(pipeline, folder, events.toReversed())
})

test('a backfill of nothing says why', async t => {
  const { folder, pipeline } = await project(t)
  const files = await writeAll(folder, [{ type: sale.name, event: { saleId: 1 } }], 'ndjson')
  await assert.rejects(run(pipeline, folder, files), {
    code: 'INPUT_INVALID',
    message: 'The input holds no sale to compute: refused were 1 sale FIELD_MISSING.',
  })
})

test('the rows of the handbook give the vectors of the batch computation', async t => {
  const { folder } = await project(t)
  const { transactions, labels } = borderCases(START + days(60))
  const path = join(folder, 'handbook.csv')
  await writeFile(path, handbookCsv(transactions, labels))
  await runBackfill(
    cardFraud,
    {
      pipelineFile: resolve(import.meta.dirname, '../../pipelines/card-fraud/pipeline.ts'),
      files: [{ path, type: undefined }],
      toEvents: handbookRowToEvents,
      output: join(folder, 'vectors'),
      ...{ workers: 1, partitions: 2, rowsPerFile: 1_000 },
    },
    SILENT,
  )
  const rows = new Map((await readVectors(join(folder, 'vectors'))).map(row => [row['transactionId'], row]))
  handbookFeatures(transactions, labels).forEach((expected, i) => {
    const row = rows.get(transactions[i]!.transactionId)!
    for (const [name, value] of Object.entries(expected)) {
      const tolerance = name.includes('mean') ? 1e-9 : 0
      assert.ok(
        Math.abs((row[name] as number) - value) <= tolerance,
        `${transactions[i]!.transactionId} ${name}`,
      )
    }
  })
})

function handbookCsv(transactions: BorderCases['transactions'], labels: BorderCases['labels']): string {
  const lines = transactions.map(({ transactionId, occurredAt, customerId, terminalId, amount }, i) => {
    const time = new Date(occurredAt).toISOString().slice(0, 19).replace('T', ' ')
    return [transactionId, time, customerId, terminalId, amount, Number(labels[i]!.isFraud)].join(',')
  })
  return ['TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD', ...lines].join('\n')
}

/** The pipeline in a folder of its own, beside what its encoders have learnt; gone when the test is over. */
async function project(t: TestContext): Promise<{ folder: string; pipeline: Pipeline }> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-shops-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'pipeline.ts')
  await writeFile(file, `export { default } from ${JSON.stringify(MODULE)}\n`)
  await writeArtifact(join(folder, 'encoders.json'), artifact())
  return { folder, pipeline: await loadPipeline(file) }
}

function artifact() {
  const toRow = compileTrainingRow(shops)
  const rows = drawEvents(3).flatMap(({ type, event }, i) =>
    type === sale.name ? [toRow(event, ['web', `shop-${i % 7}`, 1, 1, 0, 0], i % 3 === 0 ? 1 : 0)] : [],
  )
  return sealArtifact({
    codecVersion: 1,
    pipeline: shops.name,
    definition: definitionDigest(shops),
    window: { start: START, end: START + days(4) },
    rows: rows.length,
    encoders: fitEncoders(shops, rows),
  })
}

function drawEvents(seed: number): Sold[] {
  const random = new SeededRandom(seed)
  const events: Sold[] = []
  for (let i = 0; i < 1_500; i++) {
    const at = START + Math.floor(i / 2) * minutes(20)
    const shop = `shop-${random.integer(0, 9)}`
    const price = random.chance(0.2) ? null : random.integer(1, 9_999) / 100
    const channel = random.chance(0.3) ? null : random.pick(['web', 'phone', 'Büro'])
    const online = random.chance(0.2) ? null : random.chance(0.5)
    const buyerId = random.integer(1, 40)
    events.push({ type: sale.name, event: { saleId: i, at, buyerId, shop, price, channel, online } })
    if (random.chance(0.2))
      events.push({
        type: refund.name,
        event: { saleId: i, at: at + days(1), shop, isWhole: random.chance(0.5) },
      })
  }
  return events
}

async function writeAll(folder: string, events: readonly Sold[], format: 'parquet' | 'csv' | 'ndjson') {
  if (format === 'ndjson') {
    const path = join(folder, 'events.ndjson')
    await writeFile(path, events.map(event => JSON.stringify(event)).join('\n'))
    return [{ path, type: undefined }]
  }
  const files = []
  for (const type of [sale, refund]) {
    const path = join(folder, `${type.name}.${format}`)
    const ofType = events.filter(event => event.type === type.name).map(({ event }) => event)
    if (format === 'parquet') await writeEvents(path, type, ofType)
    else await writeFile(path, csvOf(Object.keys(type.fields), ofType))
    files.push({ path, type })
  }
  return files
}

function csvOf(names: readonly string[], events: readonly EventValues[]): string {
  const lines = events.map(event => names.map(name => event[name] ?? '').join(','))
  return [names.join(','), ...lines].join('\n')
}

function run(
  pipeline: Pipeline,
  folder: string,
  files: Awaited<ReturnType<typeof writeAll>>,
): Promise<BackfillSummary> {
  const pipelineFile = join(folder, 'pipeline.ts')
  const output = join(folder, 'vectors')
  const options = {
    pipelineFile,
    files,
    toEvents: undefined,
    output,
    workers: 2,
    partitions: 3,
    rowsPerFile: 400,
  }
  return runBackfill(pipeline, options, SILENT)
}

async function assertAsStream(pipeline: Pipeline, folder: string, events: readonly Sold[]): Promise<void> {
  const stream = await streamVectors(pipeline, events)
  const rows = await readVectors(join(folder, 'vectors'))
  assert.equal(rows.length, stream.size)
  for (const row of rows) {
    const { vector, featureTimes, truncated } = stream.get(row['saleId'])!
    const values = pipeline.model.inputs.map(name => row[name])
    assert.deepStrictEqual(values, [...vector], `sale ${row['saleId']}`)
    const times = [row['buyer_feature_time'], row['shop_feature_time']]
    assert.deepStrictEqual(
      times,
      featureTimes.map(time => time ?? Number.NaN),
    )
    assert.equal(row['truncated'], truncated)
  }
}
