import { MillraceError } from '@millrace/core'
import type { InferParameter } from '../messages/infer.ts'

type Parameters = ReadonlyMap<string, InferParameter>

/** How long the caller waits for the model (ms), by its parameter `timeout` (µs); 0 means no limit. */
export function timeoutOf(parameters: Parameters): number | undefined {
  const given = parameters.get('timeout')
  if (given === undefined) return undefined
  const { int64_param, uint64_param, double_param, string_param } = given
  const microseconds = Number(int64_param ?? uint64_param ?? double_param ?? (string_param || Number.NaN))
  if (microseconds >= 0) return microseconds === 0 ? undefined : microseconds / 1_000
  throw new MillraceError('REQUEST_INVALID', 'The parameter "timeout" must be a number of microseconds.')
}

/** Refuses what Triton offers and this server does not, rather than answer something else. */
export function refuseUnoffered(parameters: Parameters): void {
  if (!parameters.has('classification') && !parameters.has('shared_memory_region')) return
  throw new MillraceError(
    'REQUEST_INVALID',
    'Classification and shared memory are not offered: send and ask for the tensor itself.',
  )
}
