import {
  compileTrainingRow,
  compileVector,
  defineEncoders,
  defineEvent,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  type Encoder,
  type EncoderArtifact,
  type EventValues,
  fitEncoders,
  flag,
  type Pipeline,
  text,
  timestamp,
} from '../../src/index.ts'

const roles = { key: 'id', id: 'id', eventTime: 'at' } as const
export const sale = defineEvent({
  name: 'sale',
  topic: 'sales',
  fields: {
    id: text('id'),
    at: timestamp('time'),
    x: double('a number', { optional: true }),
    y: double('another', { optional: true }),
    channel: text('where', { optional: true }),
    online: flag('whether it was online', { optional: true }),
  },
  ...roles,
})
const outcome = defineEvent({
  name: 'outcome',
  topic: 'outcomes',
  fields: { id: text('id'), at: timestamp('time'), won: flag('whether it was won') },
  ...roles,
})

/** What a test says of an event; the rest is missing. */
export interface Sale {
  readonly id?: string
  readonly at?: number
  readonly x?: number
  readonly y?: number
  readonly channel?: string
  readonly online?: boolean
  readonly won?: 0 | 1
}

/** The window that encoders are fitted on, and a time behind it. */
export const WINDOW = { start: 0, end: 1_000 }
export const LATER = 5_000

type Features = Readonly<Record<string, Encoder>>

/** A pipeline whose model has these encoders as its inputs; `between` are others that they take theirs from. */
export function pipelineOf(features: Features, between: Features = {}): Pipeline {
  const onDemand = defineOnDemand({ source: sale, features: { nothing: () => null } })
  const encoders = defineEncoders({
    source: sale,
    from: [],
    artifact: 'encoders.json',
    features: { ...between, ...features } as never,
  })
  return definePipeline({
    name: 'sales',
    events: [sale, outcome],
    views: [],
    onDemand,
    encoders,
    model: defineModel({
      name: 'win',
      path: 'models',
      features: [encoders],
      inputs: Object.keys(features) as never[],
      decisions: [],
    }),
    monitor: defineMonitor({ window: 1 }),
    outcome: { source: outcome, field: 'won' },
  })
}

export function eventOf({ id = 'later', at = LATER, x, y, channel, online }: Sale): EventValues {
  return { id, at, x: x ?? null, y: y ?? null, channel: channel ?? null, online: online ?? null }
}

/** A pipeline with encoders that were fitted on these events. */
export function fitted(features: Features, training: readonly Sale[], between?: Features): Pipeline {
  const pipeline = pipelineOf(features, between)
  const toRow = compileTrainingRow(pipeline)
  const rows = training.map(given => toRow(eventOf(given), [], given.won ?? null))
  const artifact: EncoderArtifact = {
    codecVersion: 1,
    pipeline: pipeline.name,
    definition: '',
    window: WINDOW,
    rows: rows.length,
    encoders: fitEncoders(pipeline, rows),
    digest: '',
  }
  return { ...pipeline, fitted: artifact }
}

/** The vectors of events, of encoders that were fitted on others. */
export function encode(
  features: Features,
  events: readonly Sale[],
  training: readonly Sale[] = [],
  between?: Features,
): number[][] {
  const pipeline = training.length > 0 ? fitted(features, training, between) : pipelineOf(features, between)
  const assemble = compileVector(pipeline)
  return events.map(event => assemble(eventOf(event), []))
}
