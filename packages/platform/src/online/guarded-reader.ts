import { MillraceError } from '@millrace/core'
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel'
import type { StateReader } from './state-reader.ts'

export interface GuardOptions {
  /** Failed reads in a row after which Redis is left alone. Default 5. */
  readonly failures?: number
  /** How long it is left alone before one read tries it again (ms). Default 1,000. */
  readonly pause?: number
  /** Told whenever it is left alone, or asked again. */
  readonly onChange?: (isOpen: boolean) => void
}

/**
 * Reads states, and stops asking a Redis that does not answer: callers then fail at once with STORE_UNAVAILABLE instead
 * of waiting for their time limit one after another.
 */
export function guardReader(reader: StateReader, options: GuardOptions = {}): StateReader {
  const { failures = 5, pause = 1_000, onChange } = options
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: pause,
    breaker: new ConsecutiveBreaker(failures),
  })
  breaker.onBreak(() => onChange?.(true))
  breaker.onReset(() => onChange?.(false))
  return {
    async read(requests) {
      try {
        return await breaker.execute(() => reader.read(requests))
      } catch (cause) {
        if (!(cause instanceof BrokenCircuitError)) throw cause
        throw new MillraceError('STORE_UNAVAILABLE', 'Redis has not answered lately: try again.', { cause })
      }
    },
  }
}
