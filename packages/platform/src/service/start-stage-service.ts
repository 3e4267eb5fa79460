import type { HttpApp } from '../http/http-app.ts'
import type { RunningService } from '../lifecycle/run-service.ts'
import { type Connections, openConnections } from './connections.ts'
import type { PipelineContext } from './run-pipeline-service.ts'
import { StageHost } from './stage-host.ts'
import { startHttp } from './start-http.ts'

export interface StageServiceOptions {
  /** Runs the service's stages in the host. */
  readonly runStages: (host: StageHost, connections: Connections) => Promise<void>
  /** Adds the service's own HTTP routes. */
  readonly addRoutes?: (app: HttpApp) => void
  /** Lets go of what the service holds beside, last of all. */
  readonly release?: () => Promise<void>
}

/**
 * Starts a service that consists of stages: probes and metrics are answered first, then it is connected, then the
 * stages join their groups. Closing goes the other way.
 */
export async function startStageService(
  context: PipelineContext,
  { runStages, addRoutes, release }: StageServiceOptions,
): Promise<RunningService> {
  const { config, pipeline } = context
  const http = await startHttp(config, context, addRoutes)
  const connections = await openConnections(config, context)
  const host = new StageHost({ namespace: pipeline.namespace, config, context, connections })
  await runStages(host, connections)
  return {
    async close() {
      await host.stop()
      await http.close()
      await connections.close()
      await release?.()
    },
  }
}
