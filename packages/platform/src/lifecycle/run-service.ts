import { setTimeout as delay } from 'node:timers/promises'
import { createLogger, type Logger } from '../logging/logger.ts'
import { createRegistry, type MetricsRegistry } from '../metrics/registry.ts'
import { showService } from '../metrics/service-metrics.ts'
import { Health } from './health.ts'

/** What a service is given to start with. */
export interface ServiceContext {
  /** At level `info`; set `logger.level` when the configuration is read. */
  readonly logger: Logger
  readonly metrics: MetricsRegistry
  readonly health: Health
  /** Ends the service because it cannot go on: it is closed, and the process exits with 1. */
  readonly fail: (error: unknown) => void
  /** Aborted when the service is to stop: whatever waits during the start gives up. */
  readonly stopping: AbortSignal
}

/** A service at work. */
export interface RunningService {
  /** Finishes the work at hand, stores what is to be stored, and lets go of everything. */
  close(): Promise<void>
}

export interface ServiceOptions {
  readonly name: string
  readonly start: (context: ServiceContext) => Promise<RunningService>
  /** How long closing may take (ms); then the process exits with 1. Default 25 s, below Kubernetes' 30 s. */
  readonly closeDeadline?: number
  /** Default: JSON lines on standard output. */
  readonly logger?: Logger
  /** Told, in place of the log, of the error that ends the service. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Runs a service as this process: starts it, and closes it at the first SIGTERM or SIGINT (further ones change
 * nothing). The exit code is 0 after a clean stop; 1 when the start, the service or its closing failed, or when an
 * error reached nobody.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { name, start, closeDeadline = 25_000, logger = createLogger({ service: name }) } = options
  const health = new Health()
  const stop = Promise.withResolvers<void>()
  let exitCode = 0
  const fail = (error: unknown): void => {
    if (options.onFailure === undefined) logger.fatal({ err: error }, 'the service cannot go on')
    else options.onFailure(error)
    exitCode = 1
    stop.resolve()
  }
  exitOnUncaughtErrors(logger)
  stopOnSignals(logger, stop.resolve)

  health.ready('start', false, 'in progress')
  const stopping = new AbortController()
  const metrics = createRegistry({ service: name })
  showService(metrics, health)
  const started = start({ logger, health, metrics, fail, stopping: stopping.signal })
  started.then(
    () => health.ready('start', true),
    error => {
      if (!stopping.signal.aborted) fail(error)
    },
  )
  await stop.promise
  stopping.abort()
  health.ready('stop', false, 'in progress')
  const closed = await Promise.race([close(started, logger), delay(closeDeadline, 'late' as const)])
  if (closed === 'late') logger.fatal({ closeDeadline }, 'closing took too long')
  if (closed !== 'clean') exitCode = 1
  logger.info({ exitCode }, 'stopped')
  process.exit(exitCode)
}

/** Closes the service, also one that is still starting. One that failed to start has nothing to close. */
async function close(started: Promise<RunningService>, logger: Logger): Promise<'clean' | 'failed'> {
  const service = await started.catch(() => undefined)
  try {
    await service?.close()
    return 'clean'
  } catch (error) {
    logger.fatal({ err: error }, 'closing failed')
    return 'failed'
  }
}

function exitOnUncaughtErrors(logger: Logger): void {
  const exit = (error: unknown): never => {
    logger.fatal({ err: error }, 'an error reached nobody')
    process.exit(1)
  }
  process.on('uncaughtException', exit)
  process.on('unhandledRejection', exit)
}

function stopOnSignals(logger: Logger, stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping')
      stop()
    })
  }
}
