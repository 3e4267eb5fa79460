import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logging/logger.ts'
import { DEFAULT_DRAIN } from './drain-config.ts'
import type { RunningService } from './running-service.ts'

/** Why a service ends. */
export type EndCause = 'signal' | 'failure'

/** The end of a service, and of its process. */
export class ServiceEnd {
  readonly #logger: Logger
  #service: RunningService | undefined

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Closes the service, also one that is still starting. One that failed to start has nothing to close. */
  async run(started: Promise<RunningService>, cause: EndCause): Promise<never> {
    const since = performance.now()
    const starting = delay(DEFAULT_DRAIN.timeout, 'late' as const, { ref: false })
    const service = await Promise.race([started.catch(() => undefined), starting])
    const outcome = service === 'late' ? 'late' : await this.#close(service, cause)
    const exitCode = cause === 'signal' && outcome === 'clean' ? 0 : 1
    this.#logger.info({ exitCode, ms: Math.round(performance.now() - since) }, 'stopped')
    process.exit(exitCode)
  }

  /** Ends the process as it is. */
  cutOff(): never {
    this.#logger.warn({ remaining: this.#service?.remaining }, 'ended at once by another signal')
    process.exit(1)
  }

  async #close(service: RunningService | undefined, cause: EndCause): Promise<'clean' | 'failed' | 'late'> {
    if (service === undefined) return 'clean'
    this.#service = service
    const drain = service.drain ?? DEFAULT_DRAIN
    if (cause === 'signal') await delay(drain.delay)
    const closed = service.close().then(
      () => 'clean' as const,
      error => {
        this.#logger.fatal({ err: error }, 'closing failed')
        return 'failed' as const
      },
    )
    const outcome = await Promise.race([closed, delay(drain.timeout, 'late' as const)])
    if (outcome === 'late')
      this.#logger.fatal(
        { closeDeadline: drain.timeout, remaining: service.remaining },
        'closing took too long',
      )
    return outcome
  }
}
