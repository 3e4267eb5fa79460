import { createLogger, type Logger } from '../logging/logger.ts'
import { createRegistry, type MetricsRegistry } from '../metrics/registry.ts'
import { showService } from '../metrics/service-metrics.ts'
import { Health } from './health.ts'
import type { RunningService } from './running-service.ts'
import { ServiceEnd } from './service-end.ts'
import { listenToStopSignals } from './stop-signals.ts'
import { watchEventLoop } from './watch-event-loop.ts'

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

export interface ServiceOptions {
  readonly name: string
  readonly start: (context: ServiceContext) => Promise<RunningService>
  /** Default: JSON lines on standard output. */
  readonly logger?: Logger
  /** Told, in place of the log, of the error that ends the service. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Runs a service as this process: starts it, and at the first SIGTERM or SIGINT says in `/readyz` that it stops, serves
 * on for the delay of its drain, and closes it. Another signal ends the process at once. The exit code is 0 when all
 * was done; 1 when the start, the service or its closing failed or was cut off, or when an error reached nobody.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { name, start, logger = createLogger({ service: name }) } = options
  const health = new Health()
  const stop = Promise.withResolvers<'signal' | 'failure'>()
  const fail = (error: unknown): void => {
    if (options.onFailure === undefined) logger.fatal({ err: error }, 'the service cannot go on')
    else options.onFailure(error)
    health.liveness.report('process', false, 'it cannot go on, and ends')
    stop.resolve('failure')
  }
  const end = new ServiceEnd(logger)
  exitOnUncaughtErrors(logger)
  listenToStopSignals(logger, { onFirst: () => stop.resolve('signal'), onSecond: () => end.cutOff() })
  health.liveness.report('process', true, '')
  watchEventLoop(health.liveness)

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
  const cause = await stop.promise
  stopping.abort()
  health.shutDown()
  await end.run(started, cause)
}

function exitOnUncaughtErrors(logger: Logger): void {
  const exit = (error: unknown): never => {
    logger.fatal({ err: error }, 'an error reached nobody')
    process.exit(1)
  }
  process.on('uncaughtException', exit)
  process.on('unhandledRejection', exit)
}
