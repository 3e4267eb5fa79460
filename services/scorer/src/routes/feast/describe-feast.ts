import { described } from '@millrace/platform/http'
import { z } from 'zod'

const tag = "Feast's feature server"

/** Feast's clients parse an error twice. */
const fault = z
  .string()
  .describe('A text that holds JSON with module, class and message.')
  .meta({ id: 'FeastError' })

const COLUMNS = z.record(z.string(), z.array(z.unknown())).describe('Values by column.')

export const ONLINE_FEATURES = described({
  scope: 'read-features',
  tag,
  summary: 'Features of entities, in columns.',
  body: [
    z
      .looseObject({
        features: z.array(z.string()).optional().describe('Each as view:feature.'),
        feature_service: z.string().optional().describe('The name of the model, in place of features.'),
        entities: COLUMNS,
        full_feature_names: z.boolean().optional(),
        include_feature_view_version_metadata: z.boolean().optional(),
      })
      .meta({ id: 'OnlineFeaturesRequest' }),
  ],
  answers: {
    200: [
      z
        .looseObject({
          metadata: z.looseObject({ feature_names: z.array(z.string()) }),
          results: z.array(
            z.strictObject({
              values: z.array(z.unknown()),
              statuses: z.array(z.enum(['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'])),
              event_timestamps: z.array(z.string()),
            }),
          ),
        })
        .meta({ id: 'OnlineFeatures' }),
    ],
  },
  fault,
})

export const WRITE = described({
  scope: 'write-features',
  tag,
  summary: 'Writes rows into a feature view.',
  body: [z.looseObject({ feature_view_name: z.string(), df: COLUMNS }).meta({ id: 'WriteRequest' })],
  answers: { 200: [z.null()] },
  fault,
})

export const PUSH = described({
  scope: 'write-features',
  tag,
  summary: 'Pushes rows through a push source.',
  body: [
    z
      .looseObject({
        push_source_name: z.string(),
        df: COLUMNS,
        to: z.enum(['online', 'online_and_offline']).optional(),
      })
      .meta({ id: 'PushRequest' }),
  ],
  answers: { 200: [] },
  fault,
})

export const HEALTH = described({
  scope: 'open',
  tag,
  summary: 'Whether the service does its work.',
  answers: { 200: [], 503: [] },
})
