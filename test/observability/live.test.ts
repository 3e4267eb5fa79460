import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { seconds } from '@millrace/core'
import { type ObservedRun, SCRAPE_SECONDS, startObservedRun } from '../harness/observed-run.ts'
import { type LoadedRule, prometheusMissing, type Sample } from '../harness/prometheus.ts'
import { type PlacedQuery, queriesOf, readDashboards, substituted } from './dashboards.ts'
import { FIRING, halfHourTest } from './half-hour.ts'
import { selectorsOf } from './promql.ts'

/** How long the run is watched; half an hour shows that even slow alerts stay quiet. */
const MINUTES = Number(process.env['OBSERVE_MINUTES'] ?? 2)
const RATE_SECONDS = 10 * SCRAPE_SECONDS

/** Series that are there once there is trouble, since their labels are open: error codes. */
const OF_TROUBLE = /^stage_retries_total|outcome="MODEL_FAILED"/

test('a real Prometheus has data for every query, and no alert fires while all is well', {
  skip: prometheusMissing(),
}, async t => {
  const run = await startObservedRun(t)
  const panels = readDashboards().flatMap(queriesOf)
  const rules = await run.prometheus.rules()
  const recorded = rules.filter(({ type }) => type === 'recording').map(placed)
  await untilFull(run, [...panels, ...recorded], rules)
  await t.test('every query of every dashboard returns data', async () => {
    assert.deepEqual(await withoutData(run, panels), [])
  })
  await t.test('every recording rule returns data', async () => {
    assert.deepEqual(await withoutData(run, recorded), [])
  })
  await t.test('every alert asks for series that are there', async () => {
    assert.deepEqual(await missingSeries(run, rules), [])
  })
  await t.test('no alert fires', () => staysQuiet(t, run))
  await t.test('no alert would fire if it went on so for half an hour', async () => {
    await playedOnIsQuiet(t, run)
  })
})

/** Resolves when all queries and alerts have their series, or when they have had five minutes for it. */
async function untilFull(
  run: ObservedRun,
  queries: readonly PlacedQuery[],
  rules: readonly LoadedRule[],
): Promise<void> {
  const deadline = Date.now() + seconds(300)
  const lacks = async (): Promise<boolean> =>
    (await withoutData(run, queries)).length > 0 || (await missingSeries(run, rules)).length > 0
  while ((await lacks()) && Date.now() < deadline) await delay(seconds(2))
}

/** The queries that answer nothing now, or nothing but NaN; those that are none, with the reason. */
async function withoutData({ prometheus }: ObservedRun, queries: readonly PlacedQuery[]): Promise<string[]> {
  const answers = await Promise.all(
    queries.map(async ({ where, expr }) => {
      const asked = substituted(expr, RATE_SECONDS)
      const answer = await prometheus.query(asked).catch((error: Error) => error)
      if (answer instanceof Error) return [`${where}: ${answer.message}`]
      return answer.some(isNumber) ? [] : [`${where}: ${asked}`]
    }),
  )
  return answers.flat()
}

function isNumber({ value: [, text] }: Sample): boolean {
  return text !== 'NaN'
}

/** The selectors of alerts without a series. An alert that is quiet for want of its series says nothing. */
async function missingSeries({ prometheus }: ObservedRun, rules: readonly LoadedRule[]): Promise<string[]> {
  const alerts = rules.filter(({ type }) => type === 'alerting')
  const selectors = alerts.flatMap(({ name, query }) =>
    selectorsOf(query).map(selector => ({ name, selector })),
  )
  const open = selectors.filter(({ selector }) => !OF_TROUBLE.test(selector))
  const found = await Promise.all(open.map(({ selector }) => prometheus.query(`count(${selector})`)))
  return open.filter((_, i) => found[i]!.length === 0).map(({ name, selector }) => `${name}: ${selector}`)
}

async function staysQuiet(t: TestContext, { prometheus, load }: ObservedRun): Promise<void> {
  await delay(MINUTES * 60_000)
  const seen = async (series: string) => {
    const over = `max_over_time(${series}[${MINUTES + 5}m:${SCRAPE_SECONDS}s])`
    const samples = await prometheus.query(`count by (alertname, alertstate, slo) (${over})`)
    return samples.map(({ metric }) => Object.values(metric).join(' '))
  }
  t.diagnostic(`${MINUTES} minutes; at some time: ${(await seen('ALERTS')).join(', ') || 'no alert'}`)
  assert.deepEqual({ firing: await seen(FIRING), faults: load.faults }, { firing: [], faults: [] })
  const rules = await prometheus.rules()
  assert.deepEqual(
    rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => [name, lastError]),
    [],
  )
  const targets = await prometheus.targets()
  assert.deepEqual(
    targets.filter(({ health }) => health !== 'up'),
    [],
  )
}

async function playedOnIsQuiet(t: TestContext, { prometheus }: ObservedRun): Promise<void> {
  const stepSeconds = 15
  const steps = (Math.min(MINUTES, 10) * 60) / stepSeconds + 1
  const recorded = await prometheus.range('{job="millrace",alertname=""}', steps, stepSeconds)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-half-hour-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'half-hour.test.yaml')
  await writeFile(file, halfHourTest({ ...recorded, steps, stepSeconds }))
  const told = await promisify(execFile)('promtool', ['test', 'rules', file]).catch(error => error)
  assert.match(told.stdout, /SUCCESS/)
}

function placed({ name, query }: LoadedRule): PlacedQuery {
  return { where: name, expr: query }
}
