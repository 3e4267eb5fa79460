import { resolve } from 'node:path'
import cardFraud from '@millrace/card-fraud'
import { planExplanation } from '@millrace/core'
import {
  createExplainer,
  createScoring,
  modelFolder,
  readNewestModel,
  type Scoring,
} from '@millrace/inference'
import type { BenchOptions } from './options.ts'
import { measure, report } from './report.ts'

const PIPELINE = resolve(import.meta.dirname, '../pipelines/card-fraud/pipeline.ts')
const PACE_MS = 2

/** What an explanation of the card-fraud model takes, sampled and exact, and what it leaves to others. */
export async function benchExplain({ quick }: BenchOptions): Promise<void> {
  const version = await readNewestModel(modelFolder(PIPELINE, cardFraud.model), cardFraud.model)
  const scoring = await createScoring(version, cardFraud.model)
  const { rows } = version.manifest!.sample
  const background = version.background!
  const explain = (exactUpTo: number) =>
    createExplainer({ score: scoring.score, background, exactUpTo }).explain
  await benchOne('sampled', explain(12), rows, quick ? 5 : 20)
  await benchOne('exact', explain(15), rows, 1)
  await benchBeside(scoring, explain(12), rows, quick ? 200 : 2_000)
  benchCore(12, background.length)
  await scoring.close()
}

type Explain = ReturnType<typeof createExplainer>['explain']

async function benchOne(
  name: string,
  explain: Explain,
  vectors: readonly (readonly number[])[],
  rounds: number,
): Promise<void> {
  const first = await explain(vectors[0]!)
  const values = [first]
  for (const vector of vectors.slice(1)) values.push(await explain(vector))
  const { cpuUs } = await measure(rounds * vectors.length, async () => {
    for (let round = 0; round < rounds; round++) for (const vector of vectors) await explain(vector)
  })
  const mean = values.reduce((sum, { evaluations }) => sum + evaluations, 0) / values.length
  report('explain', `${name}.rows`, mean, 'rows/explanation')
  report('explain', `${name}.cpu`, cpuUs, 'us/explanation')
  report('explain', `${name}.cpu_of_row`, cpuUs / mean, 'us/row')
  const worst = Math.max(...values.flatMap(({ standardErrors }) => standardErrors))
  report('explain', `${name}.largest_standard_error`, worst, 'of the score')
}

/** How long single vectors wait for their score, alone and beside explanations without a pause. */
async function benchBeside(
  scoring: Scoring,
  explain: Explain,
  vectors: readonly (readonly number[])[],
  requests: number,
): Promise<void> {
  await reportWaits('score_alone', scoring, vectors, requests)
  let explained = 0
  const stopped = new AbortController()
  const explaining = (async () => {
    while (!stopped.signal.aborted) await explain(vectors[explained++ % vectors.length]!)
  })()
  await reportWaits('score_beside', scoring, vectors, requests)
  stopped.abort()
  await explaining
}

async function reportWaits(
  name: string,
  scoring: Scoring,
  vectors: readonly (readonly number[])[],
  requests: number,
): Promise<void> {
  const times: number[] = []
  for (let i = 0; i < requests; i++) {
    await new Promise(resolve => setTimeout(resolve, PACE_MS))
    const startedAt = performance.now()
    await scoring.score([vectors[i % vectors.length]!])
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  report('explain', `${name}.p50`, times[Math.floor(requests * 0.5)]!, 'ms')
  report('explain', `${name}.p99`, times[Math.floor(requests * 0.99)]!, 'ms')
}

/** The work beside the model: all coalitions of as many features as are explained exactly, none like the background's. */
function benchCore(columns: number, count: number): void {
  const rows = Array.from({ length: count }, () => new Float64Array(columns))
  const before = process.cpuUsage()
  const plan = planExplanation(new Float64Array(columns).fill(1), { rows, scores: new Float64Array(count) })
  for (let from = 0; from < plan.rows; from += 128) plan.rowsBetween(from, Math.min(plan.rows, from + 128))
  const planned = process.cpuUsage(before)
  plan.explain(new Float64Array(plan.rows))
  const all = process.cpuUsage(before)
  report('explain', `core_of_${columns}.rows`, plan.rows, 'rows/explanation')
  report('explain', `core_of_${columns}.cpu_of_row`, (planned.user + planned.system) / plan.rows, 'us/row')
  report(
    'explain',
    `core_of_${columns}.last_step`,
    (all.user + all.system - planned.user - planned.system) / 1_000,
    'ms',
  )
}
