import { MillraceError } from '@millrace/core'
import type { TimeLimit } from './time-limit.ts'

export interface BodyOptions {
  readonly limit: TimeLimit
  readonly maxBytes: number
  /** Makes the error of a body that stalls or ends early. */
  readonly fail: (fault: string, cause?: unknown) => MillraceError
}

/** The body of an answer, to be read once or left. */
export interface AnswerBody {
  /** The parts as they come. Throws `fail`'s error, or MODEL_INVALID when it is too large. */
  parts(): AsyncGenerator<Uint8Array>
  read(): Promise<Uint8Array>
  cancel(): Promise<void>
}

/** Reads the body of an answer within bounds of size and time. */
export function readBody(response: Response, options: BodyOptions): AnswerBody {
  const parts = () => boundedParts(response, options)
  return {
    parts,
    read: async () => Buffer.concat(await Array.fromAsync(parts())),
    async cancel() {
      options.limit.stop()
      await response.body?.cancel().catch(() => {})
    },
  }
}

async function* boundedParts(
  { body, headers }: Response,
  { limit, maxBytes, fail }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  const announced = announcedLength(headers)
  let size = 0
  try {
    if (announced !== undefined && announced > maxBytes) throw tooLarge(maxBytes)
    for await (const part of body ?? []) {
      limit.restart()
      size += part.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      yield part
    }
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw fail(limit.passed ? 'its answer stalls' : 'its answer was cut off', cause)
  } finally {
    limit.stop()
  }
  if (announced !== undefined && size !== announced) {
    throw fail(`its answer ended after ${size} of ${announced} bytes`)
  }
}

function tooLarge(maxBytes: number): MillraceError {
  return new MillraceError(
    'MODEL_INVALID',
    `The model registry has a file larger than ${maxBytes} bytes: raise the limit or shrink it.`,
  )
}

/** The bytes to come; undefined where nothing is said, or where they come compressed. */
function announcedLength(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? undefined : Number(length)
}
