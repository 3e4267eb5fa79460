import { setTimeout as delay } from 'node:timers/promises'
import { fateOf, MillraceError } from '@millrace/core'
import type { ServiceContext } from '../lifecycle/run-service.ts'

const RETRY_MS = 1_000

/** A part that a service cannot start without. */
export interface NeededPart {
  readonly part: string
  /** Its address and the setting that gave it, for people; without credentials. */
  readonly where: string
}

/**
 * Tries until `reach` succeeds. `/readyz` names the part from the first moment; the log gets a line when it cannot be
 * reached and one when it can, however long that takes. Throws what a new attempt cannot mend, and when the service is
 * to stop.
 */
export async function untilReached<T>(
  { part, where }: NeededPart,
  reach: () => Promise<T>,
  { logger, health, stopping }: Pick<ServiceContext, 'logger' | 'health' | 'stopping'>,
): Promise<T> {
  health.ready(part, false, `connecting to ${where}`)
  for (let failures = 0; ; failures++) {
    try {
      const reached = await reach()
      health.ready(part, true)
      if (failures > 0) logger.info({ part }, `${part} at ${where} is reached`)
      return reached
    } catch (error) {
      if (error instanceof MillraceError && fateOf(error) !== 'retry') throw error
      health.ready(part, false, `${where} cannot be reached`)
      if (failures === 0)
        logger.warn({ err: error, part }, `${part} at ${where} cannot be reached: trying until it can`)
      await delay(RETRY_MS, undefined, { signal: stopping })
    }
  }
}
