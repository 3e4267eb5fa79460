import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type RawImpression, type SimulatedEvent, simulate } from '@millrace/ad-clicks/simulator'
import { days, minutes, type Prediction } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { runBackfill } from '../../packages/cli/src/backfill/run-backfill.ts'
import { AD_CLICKS, AD_CLICKS_FOLDER, NaiveViews, naiveInputs, rawRecordOf } from '../harness/ad-clicks.ts'
import { assertArchived } from '../harness/archived.ts'
import { readVectors } from '../harness/backfill-files.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce, watermarkRecords } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { trainingSetMismatches } from '../harness/training-set.ts'

const SIMULATION = { seed: 3, users: 100, start: TEST_NOW - days(70), days: 60 }
const REQUESTS = 5

for (const builders of [1, 3]) {
  test(`60 days of impressions through ${builders} feature builder(s) have the inputs that their definitions give`, async t => {
    const events = [...simulate(SIMULATION)]
    const shown = events.flatMap(item => (item.type === 'impression' ? [item.event] : []))
    const deployment = await Deployment.start(t, { order: 'strict', pipeline: AD_CLICKS })
    const partitions = deployment.rawPartitions
    const ends = AD_CLICKS.declared.events.flatMap(({ topic }) => watermarkRecords(topic, partitions, 'end'))
    await produce(deployment.kafka, [...events.map(event => rawRecordOf(event, partitions)), ...ends])
    const services = await deployment.run(
      'ingestor',
      ...Array<'feature-builder'>(builders).fill('feature-builder'),
      'scorer',
    )
    const predictions = await readPredictions(deployment, shown.length)
    assert.equal(predictions.size, shown.length)
    const mismatches = await mismatchesOf(events, predictions)
    assert.deepEqual(mismatches.slice(0, 20), [], `${mismatches.length} mismatches`)
    assert.deepEqual(await backfillMismatches(t, events, predictions), [])
    const sets = await trainingSetMismatches(t, deployment, { events, predictions, labelDelay: minutes(30) })
    assert.deepEqual(sets.slice(0, 20), [], `${sets.length} mismatches in training sets`)
    await deployment.settled()
    const labels = events.length - shown.length
    await assertArchived(deployment, await temporaryFolder(t), predictions, labels)
    const scorer = services.find(({ name }) => name === 'scorer')!
    await assertRequested(`${scorer.url}/v1/score`, shown.slice(-REQUESTS), events, predictions)
  })
}

/** Names every input that differs from its definition by more than the digits of a double's rounding. */
async function mismatchesOf(
  events: readonly SimulatedEvent[],
  predictions: ReadonlyMap<string, Prediction>,
): Promise<string[]> {
  const shares = await campaignShares()
  const views = new NaiveViews()
  return events.flatMap(item => {
    views.add(item)
    if (item.type !== 'impression') return []
    const expected = naiveInputs(item.event, views.featuresOf(item.event), shares)
    return inputMismatches(item.event, expected, predictions.get(item.event.impressionId)!)
  })
}

function inputMismatches(
  { impressionId }: RawImpression,
  expected: Readonly<Record<string, number>>,
  { features, truncated }: Prediction,
): string[] {
  assert.deepEqual(Object.keys(features).sort(), Object.keys(expected).sort())
  const differing = Object.entries(expected).filter(
    ([name, value]) => !(Math.abs(Number(features[name]) - value) <= 1e-9 * Math.max(1, Math.abs(value))),
  )
  const words = differing.map(([name, value]) => `${impressionId} ${name}: ${features[name]}, not ${value}`)
  return truncated ? [...words, `${impressionId} is truncated`] : words
}

/** Names every impression whose backfilled inputs differ from those of the stream in any bit. */
async function backfillMismatches(
  t: TestContext,
  events: readonly SimulatedEvent[],
  predictions: ReadonlyMap<string, Prediction>,
): Promise<string[]> {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'events.ndjson')
  await writeFile(path, events.map(event => JSON.stringify(event)).join('\n'))
  const pipeline = await loadPipeline(AD_CLICKS.file)
  const options = {
    pipelineFile: AD_CLICKS.file,
    files: [{ path, type: undefined }],
    toEvents: undefined,
    output: join(folder, 'vectors'),
    workers: 2,
    partitions: 4,
    rowsPerFile: 10_000,
  }
  await runBackfill(pipeline, options, { readRows() {}, begin() {}, finish() {} })
  const rows = await readVectors(join(folder, 'vectors'))
  assert.equal(rows.length, predictions.size)
  return rows.flatMap(row => {
    const { features } = predictions.get(String(row['impressionId']))!
    const differing = pipeline.model.inputs.filter(
      name => !Object.is(row[name], features[name] ?? Number.NaN),
    )
    return differing.map(name => `${row['impressionId']} ${name}: ${row[name]}, not ${features[name]}`)
  })
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-parity-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** What was learnt of the campaigns, as the artifact says. */
async function campaignShares(): Promise<ReadonlyMap<string, number>> {
  const artifact = JSON.parse(await readFile(join(AD_CLICKS_FOLDER, 'encoders/ad-clicks.json'), 'utf8'))
  return new Map(artifact.encoders.campaign_share.shares)
}

/** The last impressions, asked for again, get the features and the score that they had, where nothing followed them. */
async function assertRequested(
  url: string,
  shown: readonly RawImpression[],
  events: readonly SimulatedEvent[],
  predictions: ReadonlyMap<string, Prediction>,
): Promise<void> {
  let compared = 0
  for (const event of shown) {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) })
    const requested = (await response.json()) as Prediction
    assert.equal(response.status, 200, JSON.stringify(requested))
    const streamed = predictions.get(event.impressionId)!
    const later = events.some(
      item =>
        item.type === 'impression' &&
        item.event.siteId === event.siteId &&
        item.event.shownAt > event.shownAt,
    )
    assert.equal(requested.id, streamed.id)
    // Tiles count whole: impressions of the same site that came since are in them.
    if (later || requested.truncated) continue
    assert.deepEqual(
      { features: requested.features, score: requested.score },
      { features: streamed.features, score: streamed.score },
    )
    compared++
  }
  assert.ok(compared > 0)
}
