import { z } from 'zod'
import { DATATYPES } from '../tensor/datatypes.ts'

/** What the documents of the routes say of JSON; requests are read without them, since that is cheaper. */

const DATATYPE = z.enum(DATATYPES as [string, ...string[]]).meta({ id: 'Datatype' })
const SHAPE = z.array(z.int()).describe('−1 where a dimension is free.')
const PARAMETERS = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const COUNT = z.int().nonnegative()

const TENSOR_SPEC = z
  .strictObject({ name: z.string(), datatype: DATATYPE, shape: SHAPE })
  .meta({ id: 'TensorSpec' })

export const SERVER_METADATA = z
  .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'ServerMetadata' })

export const SERVER_LIVE = z.strictObject({ live: z.boolean() })
export const SERVER_READY = z
  .strictObject({ ready: z.boolean(), live: z.boolean() })
  .meta({ id: 'ServerReady' })
export const MODEL_READY = z.strictObject({ name: z.string(), ready: z.boolean() }).meta({ id: 'ModelReady' })

export const MODEL_METADATA = z
  .strictObject({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(TENSOR_SPEC),
    outputs: z.array(TENSOR_SPEC),
  })
  .meta({ id: 'ModelMetadata' })

export const INFER_REQUEST = z
  .looseObject({
    id: z.string().optional().describe('Given back with the answer.'),
    parameters: PARAMETERS.optional().describe(
      'timeout: how long the caller waits for the model (µs); binary_data_output: every output as bytes.',
    ),
    inputs: z.array(
      z.looseObject({
        name: z.string(),
        shape: z.array(COUNT),
        datatype: DATATYPE,
        data: z
          .array(z.unknown())
          .optional()
          .describe('Row-major, flat or nested; absent when it comes as bytes.'),
        parameters: PARAMETERS.optional().describe('binary_data_size: the bytes it has behind the JSON.'),
      }),
    ),
    outputs: z
      .array(z.looseObject({ name: z.string(), parameters: PARAMETERS.optional().describe('binary_data') }))
      .optional()
      .describe('All outputs, when it is absent.'),
  })
  .meta({ id: 'InferRequest' })

export const INFER_ANSWER = z
  .strictObject({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(
      z.strictObject({
        name: z.string(),
        datatype: DATATYPE,
        shape: z.array(COUNT),
        data: z.array(z.union([z.number(), z.string(), z.boolean()])).optional(),
        parameters: z.strictObject({ binary_data_size: COUNT }).optional(),
      }),
    ),
  })
  .meta({ id: 'InferAnswer' })

const CONFIG_TENSOR = z.strictObject({
  name: z.string(),
  data_type: z.string().describe('TYPE_FP32 and so on.'),
  dims: z.array(z.int()),
})

export const MODEL_CONFIG = z
  .strictObject({
    name: z.string(),
    platform: z.string(),
    backend: z.string(),
    version_policy: z.strictObject({ specific: z.strictObject({ versions: z.array(z.int()) }) }).optional(),
    max_batch_size: COUNT.describe('0 for a model that takes no rows: then dims are whole shapes.'),
    input: z.array(CONFIG_TENSOR),
    output: z.array(CONFIG_TENSOR),
    dynamic_batching: z.strictObject({}).optional(),
  })
  .meta({ id: 'ModelConfig' })

const DURATION = z.strictObject({ count: COUNT, ns: COUNT }).meta({ id: 'Duration' })

export const MODEL_STATISTICS = z
  .strictObject({
    model_stats: z.array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        last_inference: COUNT.describe('Epoch ms; 0 before the first.'),
        inference_count: COUNT.describe('Rows.'),
        execution_count: COUNT.describe('Batches.'),
        inference_stats: z.strictObject({
          success: DURATION,
          fail: DURATION,
          queue: DURATION,
          compute_infer: DURATION,
        }),
        batch_stats: z.array(z.never()),
      }),
    ),
  })
  .meta({ id: 'ModelStatistics' })

export const REPOSITORY_REQUEST = z
  .looseObject({ ready: z.boolean().optional().describe('Only versions that are ready.') })
  .meta({ id: 'RepositoryRequest' })

export const REPOSITORY_INDEX = z
  .array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      state: z.enum(['READY', 'LOADING', 'UNLOADING', 'UNAVAILABLE']),
      reason: z.string(),
    }),
  )
  .meta({ id: 'RepositoryIndex' })

export const LOAD_REQUEST = z.looseObject({ parameters: PARAMETERS.optional() }).meta({ id: 'LoadRequest' })

export const DONE = z.strictObject({})
