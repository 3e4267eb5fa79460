import { compileCleaning, idText, type Pipeline } from '@millrace/core'
import type { InputEvent } from '../source/input-event.ts'

/** What became of scored events, 1 or 0, by their id. */
export type Outcomes = ReadonlyMap<string, number>

/** Reads all outcomes of an input, the last one of each id; none where no encoder learns from them. */
export async function readOutcomes(
  { encoders, outcome }: Pipeline,
  events: () => AsyncIterable<InputEvent>,
): Promise<Outcomes> {
  const outcomes = new Map<string, number>()
  const isWanted = Object.values(encoders?.features ?? {}).some(encoder => encoder.kind === 'target')
  if (outcome === undefined || !isWanted) return outcomes
  const { source, field } = outcome
  const clean = compileCleaning(source)
  for await (const { type, event, eventTime = Number.NaN } of events()) {
    if (type !== source) continue
    const cleaning = clean(event, eventTime)
    if (cleaning.ok) outcomes.set(idText(cleaning.event, source.id), Number(cleaning.event[field]))
  }
  return outcomes
}
