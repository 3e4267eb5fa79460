import type { FastifyInstance } from 'fastify'
import type { Health } from '../lifecycle/health.ts'
import { exposeMetrics } from '../metrics/exposition.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { addHealthRoutes } from './health-routes.ts'
import { described } from './openapi/describe-route.ts'

const METRICS = described({
  scope: 'read-metrics',
  tag: 'operation',
  summary: 'Metrics for Prometheus.',
  headers: { accept: 'application/openmetrics-text for OpenMetrics' },
  answers: { 200: [{ type: 'text/plain' }, { type: 'application/openmetrics-text' }] },
})

/** Adds what every service answers to those who run it. */
export function addOperationRoutes(app: FastifyInstance, health: Health, metrics: MetricsRegistry): void {
  addHealthRoutes(app, health)
  app.get('/metrics', METRICS, async (request, reply) => {
    const { contentType, body } = await exposeMetrics(metrics, request.headers.accept)
    return reply.type(contentType).send(body)
  })
}
