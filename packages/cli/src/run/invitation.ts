import type { EventType } from '@millrace/core'
import type { Fleet } from '../services/fleet.ts'
import type { EventFields } from '../source/input-event.ts'

/** The addresses to try while a run goes on. */
export function invitation(
  fleet: Pick<Fleet, 'members' | 'portOf'>,
  scored: EventType,
  example: EventFields,
): string {
  const metrics = fleet.members.map(
    ({ name, port }) => `  ${name.padEnd(19)}http://127.0.0.1:${port}/metrics`,
  )
  return [
    '',
    'Metrics',
    ...metrics,
    'Score an event as of now',
    `  ${curlLine(fleet.portOf('scorer'), scored, example)}`,
  ].join('\n')
}

/** A request with the entities of `example` and without its time, which stands for now. */
export function curlLine(port: number, scored: EventType, example: EventFields): string {
  const { [scored.eventTime]: _, ...fields } = { ...example, [scored.id]: 'try-1' }
  const body = JSON.stringify(fields).replaceAll("'", String.raw`'\''`)
  return `curl -s http://127.0.0.1:${port}/v1/score -H 'content-type: application/json' -d '${body}'`
}
