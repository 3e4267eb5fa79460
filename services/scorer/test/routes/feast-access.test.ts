import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLogger, createRegistry, Health, loadConfig } from '@millrace/platform'
import {
  createHttpApp,
  createKey,
  edgeConfig,
  type HttpApp,
  hashSecret,
  openEdge,
  readKey,
  writeCallers,
} from '@millrace/platform/http'
import { registerFeastRoutes } from '../../src/routes/feast/feast-routes.ts'
import { lookupOver, NOW, pipeline } from './lookup-pipeline.ts'

const KEY = createKey('reader')

/** Feast's routes for a caller who may read and not write. */
async function serve(t: TestContext): Promise<HttpApp> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-feast-'))
  const file = join(folder, 'keys.json')
  await writeCallers(file, [
    { id: 'reader', hash: hashSecret(readKey(KEY)!.secret), scopes: ['read-features'] },
  ])
  const metrics = createRegistry({ service: 'test' })
  const config = loadConfig(edgeConfig, { API_KEYS_FILE: file, RATE_LIMIT_PER_SECOND: '1' })
  const edge = await openEdge(config, { logger: createLogger({ service: 'test', level: 'silent' }), metrics })
  const health = new Health()
  const app = createHttpApp({ metrics, health, edge })
  const options = {
    clock: { now: () => NOW },
    publisher: { push: async () => {} },
    maxEntities: 6,
    maxRows: 3,
  }
  registerFeastRoutes(app, { pipeline, lookup: lookupOver([]).lookup, health, ...options })
  t.after(async () => {
    await app.close()
    edge.close()
    rmSync(folder, { recursive: true })
  })
  return app
}

test('who may not call, or calls too often, is told so in the form of Feast', async t => {
  const app = await serve(t)
  const headers = { authorization: `Bearer ${KEY}` }
  const post = (given: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/push', headers: given, body: '{}' })
  const answers = [await post({}), await post(headers), await post(headers)]
  const facts = answers.map(({ statusCode, headers, body }) => {
    const { class: name, message } = JSON.parse(JSON.parse(body))
    return [statusCode, name, message, headers['www-authenticate'] ?? headers['retry-after']]
  })
  assert.deepStrictEqual(facts, [
    [
      401,
      'FeastError',
      'Say who you are: send "Authorization: Bearer" with a key or a token.',
      'Bearer realm="millrace"',
    ],
    [
      403,
      'FeastPermissionError',
      'The caller lacks the scope write-features.',
      'Bearer realm="millrace", error="insufficient_scope", scope="write-features"',
    ],
    [429, 'FeastError', 'Too many requests: try again in 1 s.', '1'],
  ])
})
