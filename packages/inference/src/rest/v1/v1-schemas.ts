import { z } from 'zod'

export const SERVER_ALIVE = z.strictObject({ status: z.literal('alive') })

export const MODEL_LIST = z.strictObject({ models: z.array(z.string()) }).meta({ id: 'ModelList' })

export const STATUS = z
  .strictObject({
    name: z.string(),
    ready: z.boolean(),
    error: z.string().optional(),
    model_version_status: z.array(
      z.strictObject({
        version: z.string(),
        state: z.enum(['AVAILABLE', 'LOADING', 'UNLOADING', 'END']),
        status: z.strictObject({ error_code: z.string(), error_message: z.string() }),
      }),
    ),
  })
  .meta({ id: 'V1Status' })

export const METADATA = z
  .strictObject({
    model_spec: z.strictObject({ name: z.string(), signature_name: z.string(), version: z.string() }),
    metadata: z.strictObject({
      signature_def: z.strictObject({ signature_def: z.record(z.string(), z.unknown()) }),
    }),
  })
  .meta({ id: 'V1Metadata' })

const VALUES = z.array(z.unknown()).min(1)

export const PREDICT_REQUEST = z
  .looseObject({
    signature_name: z.literal('serving_default').optional(),
    instances: VALUES.optional().describe('A value, or an object of values by input, for each row.'),
    inputs: z
      .unknown()
      .optional()
      .describe('A tensor, or an object of tensors by input; not beside instances.'),
  })
  .meta({ id: 'PredictRequest' })

export const PREDICT_ANSWER = z
  .union([
    z.strictObject({ predictions: z.array(z.unknown()).describe('One for each instance.') }),
    z.strictObject({ outputs: z.unknown().describe('A tensor, or an object of tensors by output.') }),
  ])
  .meta({ id: 'PredictAnswer' })
