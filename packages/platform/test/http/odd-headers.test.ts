import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { loadConfig } from '../../src/config/load-config.ts'
import { createKey, hashSecret, readKey } from '../../src/http/auth/api-key.ts'
import { writeCallers } from '../../src/http/auth/caller-file.ts'
import { needs } from '../../src/http/auth/guard-routes.ts'
import { openEdge } from '../../src/http/edge.ts'
import { edgeConfig } from '../../src/http/edge-config.ts'
import { createHttpApp } from '../../src/http/http-app.ts'
import { readJson } from '../../src/http/read-json.ts'
import { Health } from '../../src/lifecycle/health.ts'
import { createLogger } from '../../src/logging/logger.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import { AUDIENCE, ISSUER, TestIssuer } from './auth/issuer.ts'

const HEADERS = [
  'authorization',
  'x-api-key',
  'content-encoding',
  'accept-encoding',
  'origin',
  'content-type',
]
const EXPECTED = new Set([200, 400, 401, 403, 413, 415])

/** A piece of what headers are made of, cut and joined at random. */
function oddValue(random: SeededRandom, parts: readonly string[]): string {
  const pieces = Array.from({ length: random.integer(1, 3) }, () => {
    const part = random.pick(parts)
    return random.chance(0.5) ? part : part.slice(random.integer(0, part.length))
  })
  return pieces.join(random.pick(['', ' ', '.', '_', ',', ';q=']))
}

test('whatever the headers and the body are, the answer is one of those that are written down', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-odd-'))
  const [keys, jwks] = [join(folder, 'keys.json'), join(folder, 'jwks.json')]
  const [key, issuer] = [createKey('risk'), await TestIssuer.create()]
  await writeCallers(keys, [{ id: 'risk', hash: hashSecret(readKey(key)!.secret), scopes: ['score'] }])
  writeFileSync(jwks, JSON.stringify(issuer.keys))
  const env = {
    API_KEYS_FILE: keys,
    JWT_JWKS: jwks,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    MAX_BODY_BYTES: '1024',
  }
  const [logger, metrics] = [
    createLogger({ service: 'test', level: 'silent' }),
    createRegistry({ service: 'test' }),
  ]
  const edge = await openEdge(loadConfig(edgeConfig, env), { logger, metrics })
  const app = createHttpApp({ metrics, health: new Health(), edge })
  app.post('/score', needs('score'), ({ body }) => readJson(body))
  t.after(async () => {
    await app.close()
    edge.close()
    rmSync(folder, { recursive: true })
  })
  const token = await issuer.sign(Date.now())
  const known = [`Bearer ${key}`, `Bearer ${token}`]
  const parts = [
    ...known,
    key,
    token,
    'Bearer',
    'Basic',
    'gzip',
    'deflate',
    '*',
    'https://a',
    'null',
    'é',
    '{}',
    '0',
  ]
  const bodies = ['{}', '{"a":[1]}', '[', '', 'x'.repeat(2_000)].flatMap(text => [
    Buffer.from(text),
    gzipSync(text),
  ])
  await forEachSeed(3_000, async random => {
    const headers: Record<string, string> = random.chance(0.5) ? { authorization: random.pick(known) } : {}
    for (const name of HEADERS) if (random.chance(0.25)) headers[name] = oddValue(random, parts)
    const answer = await app.inject({ method: 'POST', url: '/score', headers, body: random.pick(bodies) })
    assert.ok(EXPECTED.has(answer.statusCode), `${answer.statusCode}: ${JSON.stringify(headers)}`)
  })
})
