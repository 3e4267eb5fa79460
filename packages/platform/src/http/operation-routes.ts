import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Health } from '../lifecycle/health.ts'
import { exposeMetrics } from '../metrics/exposition.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { described } from './openapi/describe-route.ts'

const tag = 'operation'

const LIVE = described({
  scope: 'open',
  tag,
  summary: 'Whether the process answers.',
  answers: { 200: [z.strictObject({ live: z.literal(true) })] },
})

const READINESS = z
  .strictObject({ ready: z.boolean(), reasons: z.array(z.string()).describe('Why it is not ready.') })
  .meta({ id: 'Readiness' })

const READY = described({
  scope: 'open',
  tag,
  summary: 'Whether the service does its work.',
  answers: { 200: [READINESS], 503: [READINESS] },
})

const METRICS = described({
  scope: 'read-metrics',
  tag,
  summary: 'Metrics for Prometheus.',
  headers: { accept: 'application/openmetrics-text for OpenMetrics' },
  answers: { 200: [{ type: 'text/plain' }, { type: 'application/openmetrics-text' }] },
})

/** Adds what every service answers to those who run it. */
export function addOperationRoutes(app: FastifyInstance, health: Health, metrics: MetricsRegistry): void {
  app.get('/livez', LIVE, () => ({ live: true }))
  app.get('/readyz', READY, (_, reply) => {
    const state = health.state()
    return reply.code(state.ready ? 200 : 503).send(state)
  })
  app.get('/metrics', METRICS, async (request, reply) => {
    const { contentType, body } = await exposeMetrics(metrics, request.headers.accept)
    return reply.type(contentType).send(body)
  })
}
