import { described } from '@millrace/platform/http'
import { z } from 'zod'

const TIME = z.number().describe('Epoch ms.')

/** What the OpenAPI document says of `POST /v1/score`. */
export const SCORE = described({
  scope: 'score',
  tag: 'scores',
  summary: 'Decides on one raw event of the scored type, as of its own time.',
  body: [
    z
      .looseObject({})
      .describe('The event; without its time it gets the time of now.')
      .meta({ id: 'ScoredEvent' }),
  ],
  answers: {
    200: [
      z
        .looseObject({
          id: z.union([z.string(), z.number()]),
          eventTime: TIME,
          score: z.number(),
          decision: z.string(),
          features: z.record(z.string(), z.unknown()).describe('Null where a feature is missing.'),
          featureTimes: z.record(z.string(), TIME.nullable()).describe('Of each view: its newest event.'),
          truncated: z.boolean().describe('Whether windows reach further back than what is kept.'),
          model: z.looseObject({ name: z.string(), version: z.string(), digest: z.string() }),
        })
        .meta({ id: 'Decision' }),
    ],
  },
})
