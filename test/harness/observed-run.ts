import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { writeCardVersions } from './card-versions.ts'
import { Deployment, type Ending } from './deployment.ts'
import { LivePayments, pastPayments } from './live-payments.ts'
import { PrometheusServer } from './prometheus.ts'
import { produce } from './raw-topics.ts'
import { rawRecordOf } from './replay.ts'
import { ScorerLoad } from './scorer-load.ts'
import { SERVICES } from './service-process.ts'

/** Between two looks of Prometheus. */
export const SCRAPE_SECONDS = 2

/** Records of the past that are on their way at a time. */
const ON_THEIR_WAY = 5_000

/** A deployment at work, watched by a real Prometheus. */
export interface ObservedRun {
  readonly prometheus: PrometheusServer
  readonly load: ScorerLoad
}

/**
 * Two months of payments are handled first, so that windows are full and drift was judged; then payments and requests
 * come in as they happen, and Prometheus begins to look.
 */
export async function startObservedRun(t: TestContext): Promise<ObservedRun> {
  const ending = new AsyncDisposableStack()
  t.after(() => ending.disposeAsync())
  const last: Ending = { after: end => ending.defer(end) }
  const deployment = await deployWithShadow(last)
  const services = await deployment.run(...SERVICES)
  await handlePast(deployment)
  const live = await LivePayments.start(last, deployment, 2)
  const { model } = deployment.pipeline
  const scorer = services.find(({ name }) => name === 'scorer')!
  const load = ScorerLoad.start(last, scorer.url, live, { name: model.name, inputs: model.inputs.length })
  const targets = services.map(({ name, url }) => ({ service: name, url }))
  const prometheus = await PrometheusServer.start(last, targets, SCRAPE_SECONDS)
  return { prometheus, load }
}

/**
 * In order of arrival partitions stay close in event time only as long as little is on its way, as it is with live
 * traffic; else many payments are late, and the features that they miss are a drift.
 */
async function handlePast(deployment: Deployment): Promise<void> {
  const past = pastPayments(1).map(event => rawRecordOf(event, deployment.rawPartitions))
  for (let at = 0; at < past.length; at += ON_THEIR_WAY) {
    await produce(deployment.kafka, past.slice(at, at + ON_THEIR_WAY))
    await deployment.drained(SERVICES.flatMap(name => deployment.stagesOf(name)))
  }
}

/** A deployment whose model has a champion, and another version in its shadow. */
async function deployWithShadow(last: Ending): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-observed-'))
  last.after(() => rm(folder, { recursive: true, force: true }))
  // A busy machine is slow, and Redis is not away then.
  const env = { CLOCK: 'wall', MODEL_REGISTRY: folder, FEATURE_DEADLINE_MS: '9000' }
  const deployment = await Deployment.start(last, { order: 'arrival', env })
  await writeCardVersions(join(folder, deployment.pipeline.model.name))
  await deployment.printed('models', 'promote', '1')
  await deployment.printed('models', 'promote', '2', '--alias', 'shadow')
  return deployment
}
