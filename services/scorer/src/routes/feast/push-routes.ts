import type { Clock, MillraceError, StageOutput } from '@millrace/core'
import { type HttpApp, needs, readJson } from '@millrace/platform'
import type { PushTarget, RowPublisher } from '@millrace/platform/online'
import { feastError } from './feast-error.ts'
import { readFrame } from './read-frame.ts'

export interface PushRoutesOptions {
  readonly publisher: Pick<RowPublisher, 'push'>
  /** The declared clock: rows must not be far ahead of it. */
  readonly clock: Clock
  /** Rows that one request may bring. */
  readonly maxRows: number
}

type Fields = Readonly<Record<string, unknown>>

/** Room for many rows in one body. */
const BODY_LIMIT = 16 * 1_048_576

/**
 * Adds Feast's writes: `POST /write-to-online-store` names a feature view, `POST /push` a push source. All rows of a
 * request are cleaned before any is published, and the answer comes when Kafka has them all.
 * @param targets the views that take rows
 */
export function addWriting(app: HttpApp, targets: readonly PushTarget[], options: PushRoutesOptions): void {
  app.post(
    '/write-to-online-store',
    { bodyLimit: BODY_LIMIT, ...needs('write-features') },
    async ({ body }, reply) => {
      const request = fieldsOf(body)
      const target = targets.find(({ view }) => view.name === request['feature_view_name'])
      if (target === undefined)
        throw unknown('FeatureViewNotFoundException', 'feature view', targets.map(nameOf))
      await pushAll(target, request, options)
      return reply.type('application/json; charset=utf-8').send('null')
    },
  )
  app.post('/push', { bodyLimit: BODY_LIMIT, ...needs('write-features') }, async ({ body }, reply) => {
    const request = fieldsOf(body)
    const target = targets.find(({ view }) => view.pushSource === request['push_source_name'])
    if (target === undefined)
      throw unknown('PushSourceNotFoundException', 'push source', targets.map(sourceOf))
    refuseOffline(request['to'])
    await pushAll(target, request, options)
    return reply.send()
  })
}

const nameOf = ({ view }: PushTarget): string => view.name
const sourceOf = ({ view }: PushTarget): string => view.pushSource

function fieldsOf(body: unknown): Fields {
  const value = readJson(body)
  if (typeof value === 'object' && value !== null) return value as Fields
  throw feastError('FeastError', 'The body must be an object.')
}

function unknown(
  feastClass: 'FeatureViewNotFoundException' | 'PushSourceNotFoundException',
  what: string,
  known: readonly string[],
): MillraceError {
  const names = known.length === 0 ? 'none' : known.join(', ')
  return feastError(feastClass, `No such ${what} takes rows from outside: this pipeline has ${names}.`)
}

/** Rows are in the topic, for whoever trains on them, and from there in the online store: never in one of them alone. */
function refuseOffline(to: unknown = 'online'): void {
  if (to === 'online' || to === 'online_and_offline') return
  throw feastError('FeastError', '"to" must be "online" or "online_and_offline".')
}

async function pushAll(
  target: PushTarget,
  { df }: Fields,
  { publisher, clock, maxRows }: PushRoutesOptions,
): Promise<void> {
  const now = clock.now()
  const outputs = readFrame(df, target.view, maxRows).map((row, i): StageOutput => {
    const prepared = target.prepare(row, now)
    if (prepared.ok) return prepared.output
    throw feastError('FeastError', `Row ${i + 1}: ${prepared.rejection.message}`)
  })
  await publisher.push(outputs)
}
