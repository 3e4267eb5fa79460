import { described } from '@millrace/platform/http'
import { z } from 'zod'

const tag = 'features'
const TIME = z.number().describe('Epoch ms.')
const AS_OF = z
  .union([TIME, z.string().describe('ISO 8601 with a zone.')])
  .describe('Now, when it is absent.')

const FEATURE_VALUES = z
  .record(
    z.string(),
    z.strictObject({
      value: z.union([z.number(), z.string(), z.boolean()]).nullable().describe('Null when it is missing.'),
      eventTime: TIME.nullable(),
      age: z.number().nullable().describe('How old that is at asOf (ms).'),
      fresh: z.boolean().describe('Whether that is within the objective.'),
    }),
  )
  .meta({ id: 'FeatureValues' })

const ENTITY = {
  entity: z.union([z.string(), z.number()]),
  found: z.boolean(),
  truncated: z.boolean().describe('Whether windows reach further back than what is kept.'),
  features: FEATURE_VALUES,
}
const FRESHNESS = z.number().describe('Up to which age a value is fresh (ms).')

/** What the OpenAPI document says of `POST /v1/features`. */
export const FEATURES = described({
  scope: 'read-features',
  tag,
  summary: 'Features of many entities of one or several feature views.',
  body: [
    z
      .looseObject({
        views: z.record(z.string(), z.array(z.union([z.string(), z.number()]))).describe('Entities by view.'),
        features: z.array(z.string()).optional().describe('Those that are wanted; all, when it is absent.'),
        asOf: AS_OF.optional(),
      })
      .meta({ id: 'FeatureLookup' }),
  ],
  answers: {
    200: [
      z
        .strictObject({
          asOf: TIME,
          views: z.record(
            z.string(),
            z.strictObject({ freshness: FRESHNESS, entities: z.array(z.strictObject(ENTITY)) }),
          ),
        })
        .meta({ id: 'FeatureAnswer' }),
    ],
  },
})

/** What it says of `GET /v1/features/<view>/<entity>`. */
export const FEATURES_OF_ENTITY = described({
  scope: 'read-features',
  tag,
  summary: 'Features of one entity.',
  path: { view: 'name of a feature view', entity: 'an entity of it' },
  query: {
    features: 'names, separated by commas; all, when it is absent',
    asOf: 'epoch ms, or ISO 8601 with a zone',
  },
  answers: {
    200: [
      z
        .strictObject({ asOf: TIME, view: z.string(), freshness: FRESHNESS, ...ENTITY })
        .meta({ id: 'EntityAnswer' }),
    ],
  },
})
