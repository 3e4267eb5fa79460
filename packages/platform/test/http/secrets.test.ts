import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
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

/** Stands in everything that is sent. Its own spelling, and those that encodings give it. */
const SECRET = 'Geheimnis7'
const TRACES = [SECRET, SECRET.toLowerCase(), ...base64Of(SECRET), Buffer.from(SECRET).toString('hex')]

/** What is left of a text in Base64, wherever it began. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].map(shift => {
    const encoded = Buffer.from(' '.repeat(shift) + secret).toString('base64url')
    return encoded.slice(shift === 0 ? 0 : 4, -4)
  })
}

interface Served {
  readonly url: string
  readonly key: string
  readonly issuer: TestIssuer
  readonly log: () => string
}

/** A service with keys and tokens that logs everything it can. */
async function serve(t: TestContext): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-secrets-'))
  const [keys, jwks] = [join(folder, 'keys.json'), join(folder, 'jwks.json')]
  const key = createKey('risk')
  const issuer = await TestIssuer.create()
  await writeCallers(keys, [{ id: 'risk', hash: hashSecret(readKey(key)!.secret), scopes: ['score'] }])
  writeFileSync(jwks, JSON.stringify(issuer.keys))
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logger = createLogger({ service: 'test', level: 'trace', destination })
  const metrics = createRegistry({ service: 'test' })
  const env = { API_KEYS_FILE: keys, JWT_JWKS: jwks, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }
  const edge = await openEdge(loadConfig(edgeConfig, env), { logger, metrics })
  const app = createHttpApp({ logger, metrics, health: new Health(), edge })
  app.post('/score', needs('score'), ({ body }) => readJson(body))
  app.post('/fail/:how', needs('score'), ({ params }) => {
    throw FAILURES[(params as { how: keyof typeof FAILURES }).how]
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => {
    await app.close()
    edge.close()
    rmSync(folder, { recursive: true })
  })
  return { url, key, issuer, log: () => lines.join('') }
}

/** Errors as libraries throw them: with what was at hand. */
const FAILURES = {
  redis: Object.assign(new Error('READONLY'), { command: { name: 'set', args: ['state', SECRET] } }),
  claims: Object.assign(new Error('refused'), { payload: { email: SECRET }, claim: 'exp' }),
  cause: new MillraceError('PUBLISH_FAILED', 'The record was refused.', {
    cause: Object.assign(new Error('refused'), { record: { value: SECRET } }),
    details: { password: SECRET, headers: { authorization: SECRET, 'x-api-key': SECRET, cookie: SECRET } },
  }),
  request: Object.assign(new Error('failed'), {
    request: { headers: { authorization: SECRET } },
    config: SECRET,
  }),
}

test('no secret and no personal value comes into the log or an answer, wherever it is sent', async t => {
  const { url, key, issuer, log } = await serve(t)
  const known = { authorization: `Bearer ${key}` }
  const post = async (path: string, headers: Record<string, string>, body: string): Promise<string> =>
    (await fetch(url + path, { method: 'POST', headers, body })).text()
  const now = Date.now()
  const personal = { sub: SECRET, email: SECRET, name: SECRET }
  const tokens = [
    await issuer.sign(now, { ...personal, exp: 1 }),
    await issuer.sign(now, { ...personal, aud: SECRET }),
    await issuer.sign(now, { ...personal, scope: SECRET }),
    `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(personal)).toString('base64url')}.`,
  ]
  const answers = [
    ...(await Promise.all(tokens.map(token => post('/score', { authorization: `Bearer ${token}` }, '{}')))),
    await post('/score', { authorization: `Bearer millrace_risk_${SECRET.padEnd(43, 'x')}` }, '{}'),
    await post('/score', { authorization: `Basic ${SECRET}` }, '{}'),
    await post('/score', { 'x-api-key': SECRET, cookie: `session=${SECRET}` }, '{}'),
    await post(`/score?api_key=${SECRET}`, known, `{"name":"${SECRET}"`),
    await post(`/${SECRET}?token=${SECRET}`, known, SECRET),
    await post('/score', { ...known, 'content-encoding': SECRET }, SECRET),
    await post('/score', { ...known, 'content-encoding': 'gzip' }, SECRET),
    await post('/score', { ...known, 'content-type': SECRET }, `${'['.repeat(20)}"${SECRET}"`),
    ...(await Promise.all(Object.keys(FAILURES).map(how => post(`/fail/${how}`, known, SECRET)))),
    await sendRaw(url, `${SECRET} nonsense\r\n\r\n`),
    await sendRaw(url, `GET /${SECRET} HTTP/1.1\r\nhost: a\r\n${SECRET}\r\n\r\n`),
  ]
  const told = log()
  for (const trace of TRACES) {
    assert.ok(!told.includes(trace), `the log has ${trace}: ${told}`)
    assert.deepStrictEqual(
      answers.filter(answer => answer.includes(trace)),
      [],
    )
  }
  assert.ok(!told.includes(readKey(key)!.secret))
  assert.equal(told.match(/"a request failed"/g)?.length, Object.keys(FAILURES).length)
})

function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(request)
  return text(socket)
}
