import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Health } from '@millrace/platform'
import { registerFeastRoutes } from '../../src/routes/feast/feast-routes.ts'
import { registerFeatureRoutes } from '../../src/routes/features/feature-routes.ts'
import { registerScoreRoute } from '../../src/routes/score.ts'
import { buildApp } from './fake-scoring.ts'
import { pipeline } from './lookup-pipeline.ts'

/** Who may call what. A route that is added has to be written down here as well. */
const SCOPES = {
  'POST /v1/score': 'score',
  'POST /v1/features': 'read-features',
  'GET /v1/features/:view/:entity': 'read-features',
  'POST /get-online-features': 'read-features',
  'POST /write-to-online-store': 'write-features',
  'POST /push': 'write-features',
  'GET /health': 'open',
}

test('every route of the scorer itself needs the scope that it should', async t => {
  const { app, health } = buildApp(t)
  const found: Record<string, unknown> = {}
  app.addHook('onRoute', ({ method, url, config }) => {
    if (method !== 'HEAD') found[`${String(method)} ${url}`] = config?.scope
  })
  const common = {
    pipeline,
    health: health as Health,
    clock: Date,
    maxEntities: 1,
  }
  const lookup = { views: new Map() } as never
  registerScoreRoute(app, { ...common, decideAll: async () => [], log: {} as never })
  registerFeatureRoutes(app, { ...common, lookup })
  registerFeastRoutes(app, { ...common, lookup, publisher: {} as never, maxRows: 1 })
  await app.ready()
  assert.deepStrictEqual(found, SCOPES)
})
