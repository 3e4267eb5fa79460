import { MillraceError } from '@millrace/core'
import { readJson } from '@millrace/platform/http'

/** A request of the binary tensor extension, or one without it. */
export interface InferBody {
  /** Undefined for a raw body, which is nothing but the bytes of one tensor. */
  readonly json: unknown
  /** The bytes behind the JSON; undefined when the request claims none. */
  readonly bytes: Buffer | undefined
}

const EMPTY = Buffer.alloc(0)

/**
 * Parts the JSON of an inference request from the tensors behind it, without copying these. `headerLength` is the header
 * `Inference-Header-Content-Length`: how many bytes the JSON has. Throws REQUEST_INVALID.
 */
export function splitBody(body: unknown, headerLength: string | undefined): InferBody {
  if (headerLength === undefined) return { json: readJson(body), bytes: undefined }
  const whole = Buffer.isBuffer(body) ? body : EMPTY
  const length = /^\d{1,15}$/.test(headerLength) ? Number(headerLength) : Number.NaN
  if (!(length <= whole.length)) {
    throw new MillraceError(
      'REQUEST_INVALID',
      'The header Inference-Header-Content-Length must be the length of the JSON before the tensors, in bytes.',
    )
  }
  if (length === 0) return { json: undefined, bytes: whole }
  return { json: readJson(whole.subarray(0, length)), bytes: whole.subarray(length) }
}
