import { setTimeout as delay } from 'node:timers/promises'
import { fateOf } from '@millrace/core'
import { Closing } from '../lifecycle/closing.ts'
import { drainTimes } from '../lifecycle/drain-config.ts'
import type { RunningService } from '../lifecycle/running-service.ts'
import { showPipeline } from '../metrics/service-metrics.ts'
import { StageMetrics } from '../metrics/stage-metrics.ts'
import { StoreMetrics } from '../metrics/store-metrics.ts'
import { type Connections, openConnections } from './connections.ts'
import type { PipelineContext } from './run-pipeline-service.ts'
import { StageHost } from './stage-host.ts'
import { type AddRoutes, startHttp } from './start-http.ts'
import { partOf } from './trouble.ts'

export interface StageServiceOptions {
  /** Runs the service's stages in the host; again in another host when a part was missing meanwhile. */
  readonly runStages: (host: StageHost, connections: Connections) => Promise<void>
  /** Adds the service's own HTTP routes. */
  readonly addRoutes?: AddRoutes
  /** Lets go of what the service holds beside, last of all. */
  readonly release?: () => Promise<void>
}

const RETRY_MS = 1_000

/**
 * Starts a service that consists of stages: probes and metrics are answered first, then it is connected, then the
 * stages join their groups. It waits for parts that do not answer, and throws what waiting cannot mend. Closing goes
 * the other way, and begins with the stages: requests are answered until they have handed over.
 */
export async function startStageService(
  context: PipelineContext,
  { runStages, addRoutes, release }: StageServiceOptions,
): Promise<RunningService> {
  const { config, pipeline } = context
  showPipeline(context.metrics, pipeline, config.CLOCK)
  const metrics = new StageMetrics(context.metrics, config.CLOCK)
  const storeMetrics = new StoreMetrics(context.metrics)
  const http = await startHttp(config, context, addRoutes)
  const connections = await openConnections(config, context)
  const { namespace } = pipeline
  const hosted = { namespace, config, context, connections, metrics, storeMetrics }
  const host = await startStages(
    context,
    () => new StageHost(hosted),
    host => runStages(host, connections),
  )
  const closing = new Closing([
    { name: 'stages', close: () => host.stop(), remaining: () => host.running },
    { name: 'requests', close: () => http.close() },
    { name: 'connections', close: () => connections.close() },
    { name: 'what it holds beside', close: async () => release?.() },
  ])
  return {
    drain: drainTimes(config),
    get remaining() {
      return closing.remaining
    },
    close: () => closing.run(),
  }
}

/** Tries until the stages run, each time in another host. */
async function startStages(
  { logger, stopping }: PipelineContext,
  openHost: () => StageHost,
  runStages: (host: StageHost) => Promise<void>,
): Promise<StageHost> {
  for (let failures = 0; ; failures++) {
    const host = openHost()
    try {
      await runStages(host)
      if (failures > 0) logger.info('the stages have started')
      return host
    } catch (error) {
      await host.stop()
      if (fateOf(error) !== 'retry') throw error
      if (failures === 0)
        logger.warn({ err: error, part: partOf(error) }, 'the stages cannot start: trying until they can')
      await delay(RETRY_MS, undefined, { signal: stopping })
    }
  }
}
