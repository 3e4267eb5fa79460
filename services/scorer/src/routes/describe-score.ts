import { described } from '@millrace/platform/http'
import { z } from 'zod'

const TIME = z.number().describe('Epoch ms.')

const EVENT = z
  .looseObject({})
  .describe('An event; without its time it gets the time of now.')
  .meta({ id: 'ScoredEvent' })

const DECISION = z
  .looseObject({
    id: z.union([z.string(), z.number()]),
    eventTime: TIME,
    score: z.number().nullable().describe('Null where a rule has decided.'),
    decision: z.string(),
    reasons: z
      .array(z.looseObject({ code: z.string(), words: z.string(), contribution: z.number() }))
      .optional()
      .describe('The largest contributions, the largest first; on request.'),
    explanation: z
      .looseObject({ baseline: z.number() })
      .optional()
      .describe('All contributions; on request.'),
    features: z.record(z.string(), z.unknown()).describe('Null where a feature is missing.'),
    featureTimes: z.record(z.string(), TIME.nullable()).describe('Of each view: its newest event.'),
    featureAges: z
      .record(z.string(), z.number().nullable())
      .describe('Of each view: the age of its newest earlier event (ms).'),
    truncated: z.boolean().describe('Whether windows reach further back than what is kept.'),
    fallback: z
      .looseObject({ reason: z.string(), action: z.string() })
      .optional()
      .describe('Why and how it was decided in another way than it should be.'),
    model: z.looseObject({ name: z.string(), version: z.string(), digest: z.string() }).nullable(),
  })
  .meta({ id: 'Decision' })

const REFUSAL = z
  .looseObject({ error: z.string(), reason: z.string().optional() })
  .describe('Of a list, `answers` are those of its events.')
  .meta({ id: 'Refusal' })

/** What the OpenAPI document says of `POST /v1/score`. */
export const SCORE = described({
  scope: 'score',
  tag: 'scores',
  summary: 'Decides on a raw event of the scored type, or on each of a list.',
  query: {
    asOf: '"event" (default): features as of the time of the event; "now": as of now.',
    explain: '"true": the reasons of the score come with it.',
  },
  body: [z.union([EVENT, z.array(EVENT)])],
  answers: { 200: [z.union([DECISION, z.array(z.union([DECISION, REFUSAL]))])], 400: [REFUSAL] },
})
