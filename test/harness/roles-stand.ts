import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ModelIdentity } from '@millrace/core'
import type { Scoring } from '@millrace/inference'
import { scoringOf, writeCardVersions } from './card-versions.ts'
import pipeline from './cautious-pipeline.ts'
import { Deployment, type Ending, TEST_NOW } from './deployment.ts'
import { EventPump, PUMPED_AT_ONCE } from './event-pump.ts'
import { type FedPrediction, PredictionFeed } from './prediction-feed.ts'
import type { ServiceProcess } from './service-process.ts'

const FILE = resolve(import.meta.dirname, 'cautious-pipeline.ts')
const { model } = pipeline
const ENOUGH = 60

/** A deployment whose scorer follows a folder of versions, with payments coming in. */
export interface Stand {
  readonly deployment: Deployment
  readonly scorer: ServiceProcess
  readonly pump: EventPump
  readonly feed: PredictionFeed
  readonly folder: string
  /** The model's folder in it. */
  readonly versions: string
  readonly scorings: ReadonlyMap<string, Scoring>
  /** What was answered on request, as far as predictions repeat it. */
  readonly answers: Logged[]
}

/** What is logged of an answer. */
export interface Logged {
  readonly id: unknown
  readonly score: number | null
  readonly decision: string
  readonly model: ModelIdentity | null
}

/** An answer of `/v1/score`, as far as the test looks at it. */
export interface Answer extends Logged {
  readonly fallback?: object
}

/** Version 1 is the champion, and answers the first payments. */
export async function openStand(t: TestContext): Promise<Stand> {
  const ending = new AsyncDisposableStack()
  t.after(() => ending.disposeAsync())
  const last: Ending = { after: end => ending.defer(end) }
  const folder = await mkdtemp(join(tmpdir(), 'millrace-roles-'))
  last.after(() => rm(folder, { recursive: true }))
  const versions = join(folder, model.name)
  await writeCardVersions(versions)
  const env = { MODEL_REGISTRY: folder, MODEL_REGISTRY_EVERY_MS: '200' }
  const declared = { declared: pipeline, file: FILE }
  const deployment = await Deployment.start(last, { order: 'arrival', pipeline: declared, env })
  await deployment.printed('models', 'promote', '1')
  const services = await deployment.run('ingestor', 'feature-builder', 'scorer')
  const scorer = services.find(({ name }) => name === 'scorer')!
  const feed = await PredictionFeed.open(last, deployment)
  const pump = await EventPump.start(last, deployment, 11)
  const scorings = new Map<string, Scoring>()
  for (const version of ['1', '2']) {
    const scoring = await scoringOf(versions, version)
    last.after(() => scoring.close())
    scorings.set(version, scoring)
  }
  return { deployment, scorer, pump, feed, folder, versions, scorings, answers: [] }
}

/** Whether every partition has a prediction of that kind, from a place in the feed on. */
export function inEveryPartition(
  { deployment }: Stand,
  from: number,
  isOfKind: (prediction: FedPrediction) => boolean,
): (feed: PredictionFeed) => boolean {
  return ({ all }) => {
    const fresh = all.slice(from).filter(prediction => prediction.via === 'stream' && isOfKind(prediction))
    return new Set(fresh.map(({ partition }) => partition)).size === deployment.stagePartitions
  }
}

/** The predictions of payments that come in from now on, without those that may be on their way to Kafka already. */
export async function nextStreamed({ pump, feed }: Stand): Promise<PredictionFeed['streamed']> {
  const known = new Set(pump.sent)
  const fresh = () => {
    const wanted = new Set(pump.sent.filter(id => !known.has(id)).slice(PUMPED_AT_ONCE))
    return feed.streamed.filter(({ id }) => wanted.has(String(id)))
  }
  await feed.until('payment that came later', () => fresh().length >= ENOUGH)
  return fresh()
}

/** A raw payment of now. */
export function paymentOf(transactionId: string, customerId: string): object {
  return { transactionId, customerId, terminalId: '1', amount: 80, occurredAt: TEST_NOW }
}

/** Asks for decisions, and remembers them. */
export async function ask(
  { scorer, answers }: Stand,
  ...events: readonly object[]
): Promise<readonly Answer[]> {
  const response = await fetch(`${scorer.url}/v1/score`, { method: 'POST', body: JSON.stringify(events) })
  assert.equal(response.status, 200, await response.clone().text())
  const answered = (await response.json()) as Answer[]
  answers.push(...answered.map(({ id, score, decision, model }) => ({ id, score, decision, model })))
  return answered
}

/** Makes a version the champion as an editor would, without any check; answers how to take it back. */
export async function nameChampionByHand({ versions }: Stand, version: string): Promise<() => Promise<void>> {
  const file = join(versions, 'aliases.json')
  const text = await readFile(file, 'utf8')
  const content = JSON.parse(text)
  const aliases = { ...content.aliases, champion: { version } }
  await writeFile(file, JSON.stringify({ ...content, aliases }))
  return () => writeFile(file, text)
}

interface IndexEntry {
  readonly version: string
  readonly state: string
  readonly reason: string
}

/** The entry of a version in the scorer's repository, once there is one. */
export async function refusedOf({ scorer }: Stand, version: string): Promise<IndexEntry> {
  for (;;) {
    const response = await fetch(`${scorer.url}/v2/repository/index`, { method: 'POST' })
    const index = (await response.json()) as IndexEntry[]
    const entry = index.find(each => each.version === version && each.state !== 'LOADING')
    if (entry !== undefined) return entry
    await delay(50)
  }
}

/** How long after its promotion a version became the champion (ms), by the records of both sides. */
export async function swapTook({ versions, scorer }: Stand, version: string): Promise<number> {
  const { history } = JSON.parse(await readFile(join(versions, 'aliases.json'), 'utf8'))
  const move = history.findLast((each: { readonly to: string }) => each.to === version)
  const lines = (await readFile(scorer.logFile, 'utf8')).split('\n').filter(line => line.startsWith('{'))
  const served = lines
    .map(line => JSON.parse(line))
    .findLast(line => line.kind === 'serving' && line.role === 'champion' && line.version === version)
  return Date.parse(served.time) - move.at
}
