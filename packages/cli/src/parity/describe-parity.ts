import { type EventValues, idText, type Pipeline, planFeatures, routeOf } from '@millrace/core'
import { formatValue, isoTime } from '../features/describe-entity.ts'
import { describeEvents } from '../features/describe-explanation.ts'
import { explainEntity } from '../features/explain-entity.ts'
import type { Collected } from '../history/entity-events.ts'
import { tableLines } from '../plan/table.ts'
import type { Mismatch } from './compare-logged.ts'
import type { ParityReport } from './run-parity.ts'

/** Of many events of a value, how many of the first and of the last are shown. */
const SHOWN = 3

/** What a comparison found: each mismatch with both values and the events behind them, then a line for each comparison. */
export function describeParity(pipeline: Pipeline, report: ParityReport, vectorsToShow: number): string[] {
  const { logged, requested, collected } = report
  const shown = requested?.mismatches.slice(0, vectorsToShow) ?? []
  return [
    ...logged.mismatches.flatMap(item => describeMismatch(pipeline, item, 'recomputed', collected)),
    ...shown.flatMap(item => describeMismatch(pipeline, item, 'requested', collected)),
    ...describeLeftOut(report),
    `logged = recomputed: ${logged.compared} vectors compared, ${logged.differing} differ.`,
    requested === undefined
      ? 'logged = requested: not compared, --scorer names the scorer to ask.'
      : `logged = requested: ${requested.compared} vectors compared, ${requested.mismatches.length} differ.`,
  ]
}

function describeMismatch(
  pipeline: Pipeline,
  { event, differences }: Mismatch,
  other: string,
  collected: Collected,
): string[] {
  const { scored } = pipeline
  const rows = differences.map(({ name, logged, other }) => [name, formatValue(logged), formatValue(other)])
  return [
    `${scored.name} ${idText(event, scored.id)} at ${isoTime(event[scored.eventTime] as number)}`,
    ...tableLines([['input', 'logged', other], ...rows]),
    ...differences.flatMap(({ name }) => describeSources(pipeline, name, event, collected)),
    '',
  ]
}

/** The events behind an input: those of every view feature that it is made of. */
function describeSources(
  pipeline: Pipeline,
  input: string,
  event: EventValues,
  collected: Collected,
): string[] {
  const time = event[pipeline.scored.eventTime] as number
  const { sources } = planFeatures(pipeline, [input])
  return sources.flatMap(({ name, origin }) => {
    const view = routeOf(pipeline, pipeline.scored).find(view => Object.hasOwn(view.features, name))
    if (view === undefined) return [`${name}: ${origin === 'field' ? 'a field of the event' : 'on demand'}`]
    const entity = idText(event, view.entity)
    const { holdings } = collected
    const explained = explainEntity(view, name, entity, collected, time)
    const lines = describeEvents({ ...explained, view, entity, time, served: undefined, holdings }, SHOWN)
    const what = lines.length === 0 ? 'no events' : 'made of'
    return [`${name} of ${view.entity} ${entity}: ${what}`, ...lines.map(line => `  ${line}`)]
  })
}

function describeLeftOut({ logged, lost, comparableFrom }: ParityReport): string[] {
  return [
    ...(lost > 0
      ? [`The clean topics no longer hold ${lost} records: ${describeReach(comparableFrom)}`]
      : []),
    ...(logged.unexplained > 0 ? [`Left out: ${logged.unexplained} vectors without a clean event.`] : []),
    ...(logged.unlogged > 0
      ? [`Left out: ${logged.unlogged} events without a logged vector, or not yet with one.`]
      : []),
  ]
}

function describeReach(comparableFrom: number): string {
  if (!Number.isFinite(comparableFrom))
    return 'nothing is left of a partition, so no vector can be recomputed.'
  return `only vectors from ${isoTime(comparableFrom)} on can be recomputed.`
}
