import { MillraceError, type Pipeline } from '@millrace/core'
import { type ArchiveReader, type Columns, joined } from './archive-reader.ts'
import type { OutcomeTable } from './outcome-table.ts'
import { daysWithin, idTexts } from './vector-days.ts'

/** Which events of a pipeline tell what became of others. */
export type OutcomeSource = NonNullable<Pipeline['outcome']>

/** The pipeline's outcome. Throws DECLARATION_INVALID when it has none. */
export function outcomeOf({ name, outcome }: Pipeline): OutcomeSource {
  if (outcome !== undefined) return outcome
  throw new MillraceError(
    'DECLARATION_INVALID',
    `${name} declares no outcome: name the event type and its flag that tell what became of an event.`,
  )
}

/** When the last outcome in the archive was known. Throws INPUT_INVALID when there is none. */
export async function lastKnown(reader: ArchiveReader, { source }: OutcomeSource): Promise<number> {
  const [, names = []] = [...(await reader.days('labels'))].at(-1) ?? []
  const parts: Columns[] = []
  for (const name of names) parts.push(await (await reader.open(name)).read([source.eventTime]))
  const times = joined(parts.map(part => part[source.eventTime]!)) as Float64Array
  const last = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY)
  if (Number.isFinite(last)) return last
  throw new MillraceError(
    'INPUT_INVALID',
    `The archive holds no ${source.name}: nothing is known to learn from.`,
  )
}

/** Tells the table the outcomes that were known from the day `since` on (YYYY-MM-DD), up to and including `asOf` (epoch ms). */
export async function learnOutcomes(
  reader: ArchiveReader,
  { source, field }: OutcomeSource,
  { since, asOf }: { readonly since: string; readonly asOf: number },
  outcomes: OutcomeTable,
): Promise<void> {
  const days = daysWithin(await reader.days('labels'), { from: Date.parse(since), to: asOf + 1 })
  for (const name of days.flatMap(([, names]) => names)) {
    const table = await reader.open(name)
    const columns = await table.read([source.id, source.eventTime, field])
    const times = columns[source.eventTime] as Float64Array
    const values = columns[field] as readonly (boolean | null)[]
    idTexts(columns[source.id]!).forEach((id, row) => {
      const known = times[row]!
      if (known <= asOf) outcomes.learn(id, { known, value: values[row] === true })
    })
  }
}
