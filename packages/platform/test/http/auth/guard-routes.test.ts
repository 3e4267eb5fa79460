import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Access } from '../../../src/http/auth/access.ts'
import { createKey, hashSecret, readKey } from '../../../src/http/auth/api-key.ts'
import { Authenticator } from '../../../src/http/auth/authenticator.ts'
import type { Rate } from '../../../src/http/auth/caller.ts'
import { CallerList } from '../../../src/http/auth/caller-list.ts'
import { needs } from '../../../src/http/auth/guard-routes.ts'
import { SCOPES, type Scope } from '../../../src/http/auth/scope.ts'
import { createHttpApp, type HttpApp } from '../../../src/http/http-app.ts'
import { RateLimiter } from '../../../src/http/limits/rate-limiter.ts'
import { Health } from '../../../src/lifecycle/health.ts'
import { createRegistry } from '../../../src/metrics/registry.ts'

const KEYS = new Map(SCOPES.map(scope => [scope, createKey(scope)]))

interface Options {
  readonly rate?: Rate
  readonly trustedProxies?: readonly string[]
  readonly anonymous?: readonly Scope[]
}

/** An application with a route for each scope, and a caller for each who may use that alone. */
function buildApp(
  t: TestContext,
  { rate, anonymous = [], trustedProxies = [] }: Options = {},
): { app: HttpApp; refused: string[] } {
  const callers = new CallerList()
  callers.replace(
    [...KEYS].map(([id, key]) => ({ id, hash: hashSecret(readKey(key)!.secret), scopes: [id as Scope] })),
  )
  const open = new Set(anonymous)
  const refused: string[] = []
  const access = new Access({
    authenticator: new Authenticator({ callers, anonymous: open }),
    limiter: new RateLimiter({ rate }),
    anonymous: open,
    onRefused: ({ code }) => void refused.push(code),
  })
  const app = createHttpApp({
    metrics: createRegistry({ service: 'test' }),
    health: new Health(),
    edge: { access, trustedProxies },
  })
  for (const scope of SCOPES) app.get(`/${scope}`, needs(scope), () => scope)
  t.after(() => app.close())
  return { app, refused }
}

const bearer = (key: string | undefined) => ({ authorization: `Bearer ${key}` })

test('every caller is let in to what he may do, and to nothing else', async t => {
  const { app } = buildApp(t)
  for (const [caller, key] of KEYS) {
    for (const scope of SCOPES) {
      const { statusCode } = await app.inject({ url: `/${scope}`, headers: bearer(key) })
      assert.equal(statusCode, caller === scope ? 200 : 403, `${caller} ${scope}`)
    }
  }
})

test('a key is taken from either header', async t => {
  const { app } = buildApp(t)
  const key = KEYS.get('score')!
  for (const headers of [bearer(key), { authorization: `bearer  ${key}` }, { 'x-api-key': key }]) {
    assert.equal((await app.inject({ url: '/score', headers })).statusCode, 200)
  }
})

test('a caller who may not, or does not say who he is, is told so', async t => {
  const { app, refused } = buildApp(t)
  const wrong = createKey('score')
  const answers = [
    await app.inject('/score'),
    await app.inject({ url: '/score', headers: bearer(wrong) }),
    await app.inject({ url: '/score', headers: { authorization: 'Basic c2VjcmV0' } }),
    await app.inject({ url: '/score', headers: bearer('eyJhbGciOiJub25lIn0.e30.') }),
    await app.inject({ url: '/score', headers: bearer(KEYS.get('read-metrics')) }),
  ]
  assert.deepStrictEqual(
    answers.map(({ statusCode, headers, body }) => [
      statusCode,
      headers['www-authenticate'],
      JSON.parse(body),
    ]),
    [
      [
        401,
        'Bearer realm="millrace"',
        { error: 'Say who you are: send "Authorization: Bearer" with a key or a token.' },
      ],
      [
        401,
        'Bearer realm="millrace", error="invalid_token"',
        { error: 'The API key is not known here, or no longer.' },
      ],
      [
        401,
        'Bearer realm="millrace", error="invalid_token"',
        { error: 'The authorization must be "Bearer" with an API key or a token.' },
      ],
      [
        401,
        'Bearer realm="millrace", error="invalid_token"',
        { error: 'The API key is not known here, or no longer.' },
      ],
      [
        403,
        'Bearer realm="millrace", error="insufficient_scope", scope="score"',
        { error: 'The caller lacks the scope score.' },
      ],
    ],
  )
  assert.deepStrictEqual(refused, [...Array(4).fill('UNAUTHENTICATED'), 'FORBIDDEN'])
})

test('probes are answered whoever asks, metrics are not', async t => {
  const { app } = buildApp(t)
  const statuses = await Promise.all(
    ['/livez', '/readyz', '/metrics'].map(
      async url => (await app.inject({ url, headers: bearer('wrong') })).statusCode,
    ),
  )
  assert.deepStrictEqual(statuses, [200, 200, 401])
  const { statusCode } = await app.inject({ url: '/metrics', headers: bearer(KEYS.get('read-metrics')) })
  assert.equal(statusCode, 200)
})

test('a page of another site does nothing by the address of its visitor', async t => {
  const { app } = buildApp(t, { anonymous: ['write-features'] })
  const key = bearer(KEYS.get('write-features'))
  const asked: readonly Record<string, string>[] = [
    { host: 'localhost:3003' },
    { host: 'localhost:3003', origin: 'http://localhost:3003' },
    { host: 'localhost:3003', origin: 'http://localhost:9999' },
    { host: 'localhost:3003', origin: 'https://elsewhere.test' },
    { host: 'localhost:3003', origin: 'null' },
    { host: 'localhost:3003', origin: 'https://elsewhere.test', ...key },
  ]
  const answers = await Promise.all(asked.map(headers => app.inject({ url: '/write-features', headers })))
  assert.deepStrictEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 403, 403, 403, 200],
  )
  assert.equal((await app.inject({ url: '/livez', headers: asked[3]! })).statusCode, 200)
})

test('what is open to anybody is open to known callers too, and a wrong key is not passed over', async t => {
  const { app } = buildApp(t, { anonymous: ['read-metrics'] })
  const headers = [{}, bearer(KEYS.get('score')), bearer('wrong')]
  const answers = await Promise.all(headers.map(each => app.inject({ url: '/metrics', headers: each })))
  assert.deepStrictEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 401],
  )
})

test('the body of a refused request is not read', async t => {
  const { app } = buildApp(t)
  let wasRead = false
  app.post('/write', needs('write-features'), () => {
    wasRead = true
  })
  const { statusCode } = await app.inject({ method: 'POST', url: '/write', body: '{}' })
  assert.deepStrictEqual([statusCode, wasRead], [401, false])
})

test('a route that does not say who may call it cannot be added', t => {
  const { app } = buildApp(t)
  assert.throws(() => app.get('/forgotten', () => 'open to the world'), {
    message: "GET /forgotten does not say who may call it: add needs(SCOPE), or needs('open').",
  })
})

test('who calls too often is told when to come again; others, and probes, are answered', async t => {
  const { app, refused } = buildApp(t, { rate: { perSecond: 0.001, burst: 2 } })
  const url = '/score'
  const asks = async (key: Scope) => app.inject({ url, headers: bearer(KEYS.get(key)) })
  const answers = [await asks('score'), await asks('score'), await asks('score')]
  assert.deepStrictEqual(
    answers.map(({ statusCode, headers }) => [statusCode, headers['retry-after']]),
    [
      [200, undefined],
      [200, undefined],
      [429, '1000'],
    ],
  )
  assert.deepStrictEqual(answers[2]!.json(), { error: 'Too many requests: try again in 1000 s.' })
  assert.equal((await asks('read-features')).statusCode, 403)
  assert.equal((await app.inject('/livez')).statusCode, 200)
  assert.deepStrictEqual(refused, ['RATE_LIMITED', 'FORBIDDEN'])
})

test('wrong keys and unknown paths count against the address', async t => {
  const { app } = buildApp(t, { rate: { perSecond: 0.001, burst: 2 } })
  const statuses = [
    (await app.inject({ url: '/score', headers: bearer(createKey('score')) })).statusCode,
    (await app.inject('/nowhere')).statusCode,
    (await app.inject('/nowhere')).statusCode,
    (await app.inject({ url: '/score', headers: bearer(createKey('score')) })).statusCode,
    (await app.inject({ url: '/score', remoteAddress: '10.0.0.1' })).statusCode,
  ]
  assert.deepStrictEqual(statuses, [401, 404, 429, 429, 401])
})

test('what a proxy says of addresses is believed of those that are trusted alone', async t => {
  const { app } = buildApp(t, { rate: { perSecond: 0.001, burst: 1 }, trustedProxies: ['10.0.0.0/8'] })
  const ask = async (remoteAddress: string, client: string): Promise<number> =>
    (await app.inject({ url: '/nowhere', remoteAddress, headers: { 'x-forwarded-for': client } })).statusCode
  const byProxy = [
    await ask('10.0.0.1', '192.0.2.1'),
    await ask('10.0.0.1', '192.0.2.2'),
    await ask('10.0.0.1', '192.0.2.1'),
  ]
  const byOthers = [await ask('192.0.2.9', '192.0.2.3'), await ask('192.0.2.9', '192.0.2.4')]
  assert.deepStrictEqual(
    [byProxy, byOthers],
    [
      [404, 404, 429],
      [404, 429],
    ],
  )
})
