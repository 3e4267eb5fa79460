import { MillraceError } from '@millrace/core'
import { z } from 'zod'

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in lower-case hexadecimal')
/** JSON has no NaN: null is a missing value. */
const value = z
  .number()
  .nullable()
  .transform(given => given ?? Number.NaN)

const shape = z
  .object({
    name: z.string().min(1),
    version: z.string().regex(/^[1-9]\d*$/, 'must be a whole number as text'),
    inputs: z.array(z.string()).min(1),
    digest,
    /** Of the files of weights beside model.onnx, by name. */
    weights: z.record(z.string(), digest).optional(),
    /** Of what the pipeline's encoders had learnt when the model was trained. */
    encoders: digest.optional(),
    /** How well it did in training, for people; nested as they like. */
    figures: z.record(z.string(), z.unknown()).optional(),
    sample: z.object({ rows: z.array(z.array(value)).min(1), scores: z.array(z.number()) }),
  })
  .superRefine(({ inputs, sample }, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', path: ['sample'], message })
    if (sample.rows.length !== sample.scores.length) fault('must have one score for each row')
    if (sample.rows.some(row => row.length !== inputs.length)) fault('must have one value for each input')
  })

/** What training wrote beside a model: what it is, what goes in, and what must come out. */
export type Manifest = Readonly<z.output<typeof shape>>

/** Reads a manifest.json. Throws MODEL_INVALID with every fault. */
export function parseManifest(text: string, file: string): Manifest {
  const result = shape.safeParse(parseJson(text, file))
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`)
  throw new MillraceError('MODEL_INVALID', `${file} cannot be used:\n- ${faults.join('\n- ')}`, {
    details: { faults },
  })
}

/** Parses a file of a model version. Throws MODEL_INVALID when it is no JSON. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('MODEL_INVALID', `${file} is no JSON.`, { cause })
  }
}
