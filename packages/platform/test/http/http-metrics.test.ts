import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs } from '../../src/http/auth/guard-routes.ts'
import { createHttpApp } from '../../src/http/http-app.ts'
import { HttpMetrics } from '../../src/http/http-metrics.ts'
import { Health } from '../../src/lifecycle/health.ts'
import { exposeMetrics } from '../../src/metrics/exposition.ts'
import { createRegistry } from '../../src/metrics/registry.ts'

test('answers count by method, route and kind of status; what no route answers has none', async t => {
  const metrics = createRegistry({ service: 'test' })
  const app = createHttpApp({ metrics, health: new Health() })
  t.after(() => app.close())
  new HttpMetrics(metrics).follow(app)
  app.get('/views/:view', needs('open'), ({ params }, reply) =>
    reply.code((params as { view: string }).view === 'card' ? 200 : 404).send({}),
  )
  for (const url of ['/views/card', '/views/card', '/views/none', '/nowhere?id=7', '/readyz'])
    await app.inject({ method: 'GET', url })
  const { body } = await exposeMetrics(metrics)
  const counted = body.split('\n').filter(line => line.startsWith('http_request_duration_seconds_count'))
  assert.deepStrictEqual(
    counted.map(line =>
      line.replace(',service="test"', '').replace('http_request_duration_seconds_count', ''),
    ),
    [
      '{method="GET",route="/views/:view",status="2xx"} 2',
      '{method="GET",route="/views/:view",status="4xx"} 1',
      '{method="GET",route="unknown",status="4xx"} 1',
      '{method="GET",route="/readyz",status="2xx"} 1',
    ],
  )
})
