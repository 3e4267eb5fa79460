import type { EventType } from '../define/event-type.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'
import { SCORE_FEATURE } from '../message/statistics-record.ts'
import {
  COUNT,
  described,
  FLAG,
  INTEGER,
  type JsonSchema,
  listOf,
  messageSchema,
  NUMBER,
  nullable,
  objectOf,
  oneOf,
  recordOf,
  reference,
  TEXT,
  TIME,
} from './json-schema.ts'

const ORIGIN = described(
  objectOf({ partition: INTEGER, offset: INTEGER }),
  'Where the event entered: coordinates in the raw topic.',
)

const PARENT = described(
  objectOf({ partition: INTEGER, input: INTEGER, via: INTEGER, offset: INTEGER }),
  'The record it was made from; of several messages with the same parent the first counts.',
)

const PIPELINE_VERSION = described(COUNT, 'Version of the pipeline; each has parents of its own.')

const MODEL = objectOf({
  name: TEXT,
  version: TEXT,
  digest: described({ type: 'string', pattern: '^[0-9a-f]{64}$' }, 'SHA-256 of the ONNX file.'),
})

const WINDOW = described(
  objectOf({ start: TIME, end: TIME }),
  'Event time; the start belongs to it, the end does not.',
)

const LEVEL = oneOf(['stable', 'warning', 'drift'])

const FALLBACK = described(
  objectOf({
    reason: oneOf(['store-unavailable', 'stale', 'missing', 'model-unavailable']),
    action: oneOf(['defaults', 'degraded', 'rule']),
  }),
  'Why and how the decision was made in another way than it should be.',
)

/** What only decisions from the stream have, and what only requested ones have; and what is not always there. */
const OPTIONAL = ['origin', 'parent', 'decidedAt', 'fallback', 'shadow']

/** Schema of a `Prediction` and of a `RequestedPrediction`. */
export function predictionSchema(pipeline: Pipeline): JsonSchema {
  const { model, scored } = pipeline
  const views = routeOf(pipeline, scored)
  const entities = views.map(view => view.entity)
  const seen = described(nullable(INTEGER), 'Event time of the newest entry seen (epoch ms).')
  const decision = oneOf(model.decisions.map(rule => rule.decision))
  const properties = {
    via: described(
      oneOf(['stream', 'request']),
      'Whether the event came through the stream, or was asked for.',
    ),
    id: described(idSchema(scored, scored.id), `The event's ${scored.id}.`),
    eventTime: TIME,
    entities: objectOf(Object.fromEntries(entities.map(entity => [entity, idSchema(scored, entity)]))),
    score: described(nullable(NUMBER), 'Null only where a rule has decided on a request.'),
    decision,
    features: described(
      recordOf(model.inputs, reference('value')),
      "Values of the model's inputs, in its order; null where missing.",
    ),
    featureTimes: recordOf(
      views.map(view => view.name),
      seen,
    ),
    truncated: described(FLAG, 'Some window reached beyond the kept history.'),
    version: PIPELINE_VERSION,
    model: nullable(MODEL),
    origin: ORIGIN,
    parent: PARENT,
    decidedAt: TIME,
    fallback: FALLBACK,
    shadow: described(
      objectOf({ model: MODEL, score: NUMBER, decision }),
      'What another version gives for the same vector.',
    ),
  }
  const description = 'A decision on one event, with all that is needed to replay it.'
  return messageSchema('Prediction', description, properties, { value: nullable(NUMBER) }, OPTIONAL)
}

/** A field that names an event or an entity is text or a whole number. */
function idSchema(event: EventType, field: string): JsonSchema {
  return event.fields[field]?.kind === 'integer' ? INTEGER : TEXT
}

/** Schema of a `StatisticsRecord`. */
export function statisticsSchema(pipeline: Pipeline): JsonSchema {
  const properties = {
    parent: PARENT,
    partition: described(COUNT, 'The partition of the score stage.'),
    lateByMs: described(COUNT, 'How long after its end the window was closed, in event time (ms).'),
    model: MODEL,
    window: WINDOW,
    firstEventTime: TIME,
    events: COUNT,
    late: described(COUNT, 'Events that came after their own window was closed; they are in no count.'),
    features: described(
      recordOf(watchedFeatures(pipeline), reference('counts')),
      "Values in each bin of the model's reference.",
    ),
  }
  const counts = objectOf({ missing: COUNT, counts: listOf(COUNT) })
  const description = 'What one partition of the score stage counted in one window.'
  return messageSchema('StatisticsRecord', description, properties, { counts })
}

/** Schema of a `DriftVerdict`. */
export function driftVerdictSchema(pipeline: Pipeline): JsonSchema {
  const judged = watchedFeatures(pipeline).map(name => [name, reference('verdict')])
  const properties = {
    version: PIPELINE_VERSION,
    parent: PARENT,
    window: WINDOW,
    model: MODEL,
    events: COUNT,
    late: COUNT,
    status: oneOf(['judged', 'warming-up', 'too-few-events']),
    level: nullable(LEVEL),
    features: described(
      { type: 'object', properties: Object.fromEntries(judged), additionalProperties: false },
      'Empty when the window was not judged.',
    ),
    episode: described(nullable(TEXT), 'The episode that is open after this window.'),
  }
  const verdict = objectOf({
    psi: nullable(NUMBER),
    level: nullable(LEVEL),
    missing: COUNT,
    allowance: nullable(NUMBER),
  })
  const description = 'What the drift monitor found in one window of one model.'
  return messageSchema('DriftVerdict', description, properties, { verdict })
}

/** Schema of a `RetrainingRequest`: the data of the CloudEvent, whose attributes are headers. */
export function retrainingRequestSchema(pipeline: Pipeline): JsonSchema {
  const drifted = objectOf({ feature: oneOf(watchedFeatures(pipeline)), psi: NUMBER })
  return messageSchema('RetrainingRequest', 'Asks for a new version of a model, once for each episode.', {
    model: MODEL,
    episode: described(TEXT, 'Names the episode, and with it the request: a repeat has the same.'),
    reason: described(listOf(drifted), 'The features that drifted, the furthest first.'),
    window: WINDOW,
    trainOn: described(
      objectOf({ from: TIME, to: TIME }),
      'Event time of the data since the change: `from` inclusive, `to` exclusive.',
    ),
  })
}

function watchedFeatures({ model }: Pipeline): readonly string[] {
  return [...model.inputs, SCORE_FEATURE]
}
