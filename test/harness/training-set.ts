import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Pipeline, type Prediction, routeOf } from '@millrace/core'
import { readVectors } from './backfill-files.ts'
import type { Deployment } from './deployment.ts'

export interface ExpectedSet {
  /** All events that were sent, among them those that tell the outcomes, one for each id. */
  readonly events: readonly { readonly type: string; readonly event: object }[]
  readonly predictions: ReadonlyMap<string, Prediction>
  /** How long outcomes take (ms). */
  readonly labelDelay: number
}

/**
 * Archives what a deployment made and makes training sets of it, as of the end and as of the middle. Names every row
 * that is missing, or differs in any bit from what the scorer was given or from the outcome that was sent.
 */
export async function trainingSetMismatches(
  t: TestContext,
  deployment: Deployment,
  expected: ExpectedSet,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-training-set-'))
  t.after(() => rm(folder, { recursive: true }))
  const archive = join(folder, 'archive')
  await deployment.printed('archive', '--output', archive)
  const outcomes = outcomesOf(deployment.pipeline, expected.events)
  const times = [...outcomes.values()].map(({ known }) => known).sort((a, b) => a - b)
  const mismatches: string[] = []
  for (const asOf of [times.at(-1)!, times[times.length >> 1]!]) {
    const output = join(folder, String(asOf))
    const delay = ['--label-delay', `${expected.labelDelay / 1_000}s`, '--as-of', String(asOf)]
    await deployment.printed('training-set', '--archive', archive, '--output', output, ...delay)
    const rows = await readVectors(output)
    mismatches.push(...compare(deployment.pipeline, rows, outcomes, { ...expected, asOf }))
  }
  return mismatches
}

interface Outcome {
  readonly known: number
  readonly value: boolean
}

function outcomesOf({ outcome }: Pipeline, events: ExpectedSet['events']): ReadonlyMap<string, Outcome> {
  const { source, field } = outcome!
  const told = events.filter(({ type }) => type === source.name)
  return new Map(
    told.map(({ event }) => {
      const values = event as Readonly<Record<string, unknown>>
      const known = Number(values[source.eventTime])
      return [String(values[source.id]), { known, value: values[field] as boolean }]
    }),
  )
}

function compare(
  pipeline: Pipeline,
  rows: readonly Readonly<Record<string, unknown>>[],
  outcomes: ReadonlyMap<string, Outcome>,
  { predictions, labelDelay, asOf }: ExpectedSet & { readonly asOf: number },
): string[] {
  const wanted = [...predictions.values()].filter(({ id, eventTime }) => {
    const outcome = outcomes.get(String(id))
    return outcome !== undefined && outcome.known <= asOf && eventTime + labelDelay <= asOf
  })
  const found = new Map(rows.map(row => [String(row['id']), row]))
  const surplus = rows.length - wanted.length
  return [
    ...(surplus === 0 && wanted.length > 0 ? [] : [`${rows.length} rows, not ${wanted.length}`]),
    ...wanted.flatMap(prediction => {
      const row = found.get(String(prediction.id)) ?? {}
      const expected = cellsOf(pipeline, prediction, outcomes.get(String(prediction.id))!)
      const differing = Object.entries(expected).filter(([name, value]) => !Object.is(row[name], value))
      return differing.map(([name, value]) => `${prediction.id} ${name}: ${row[name]}, not ${value}`)
    }),
  ]
}

function cellsOf(
  pipeline: Pipeline,
  { eventTime, entities, features, featureTimes, truncated, version }: Prediction,
  { known, value }: Outcome,
): Record<string, unknown> {
  const views = routeOf(pipeline, pipeline.scored)
  return {
    event_time: eventTime,
    ...entities,
    ...Object.fromEntries(pipeline.model.inputs.map(name => [name, features[name] ?? Number.NaN])),
    ...Object.fromEntries(
      views.map(({ name }) => [`${name}_feature_time`, featureTimes[name] ?? Number.NaN]),
    ),
    truncated,
    version,
    outcome: value,
    outcome_time: known,
  }
}
