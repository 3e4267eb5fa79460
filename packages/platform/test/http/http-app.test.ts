import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { needs } from '../../src/http/auth/guard-routes.ts'
import { createHttpApp, type HttpApp, type HttpAppOptions } from '../../src/http/http-app.ts'
import { Health } from '../../src/lifecycle/health.ts'
import { createRegistry } from '../../src/metrics/registry.ts'

function buildApp(t: TestContext, options: Partial<HttpAppOptions> = {}): { app: HttpApp; health: Health } {
  const health = new Health()
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health, ...options })
  t.after(() => app.close())
  return { app, health }
}

test('/livez answers whatever the readiness is', async t => {
  const { app, health } = buildApp(t)
  health.ready('kafka', false)
  const answer = await app.inject('/livez')
  assert.deepStrictEqual([answer.statusCode, answer.json()], [200, { live: true }])
})

test('/readyz answers 200 when ready, else 503 with the reasons', async t => {
  const { app, health } = buildApp(t)
  const ready = await app.inject('/readyz')
  assert.deepStrictEqual([ready.statusCode, ready.json()], [200, { ready: true, reasons: [], degraded: [] }])
  health.ready('redis', false, 'connecting')
  const waiting = await app.inject('/readyz')
  assert.deepStrictEqual(
    [waiting.statusCode, waiting.json()],
    [503, { ready: false, reasons: ['redis: connecting'], degraded: [] }],
  )
})

test('/metrics answers OpenMetrics only when Accept asks for it', async t => {
  const { app } = buildApp(t)
  const plain = await app.inject('/metrics')
  assert.equal(plain.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  const headers = { accept: 'application/openmetrics-text' }
  const open = await app.inject({ url: '/metrics', headers })
  assert.equal(open.headers['content-type'], 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  assert.match(open.body, /# EOF\n$/)
})

test('a body arrives as it was sent, with any Content-Type or none', async t => {
  const { app } = buildApp(t)
  app.post('/echo', needs('open'), request => ({ sent: String(request.body) }))
  for (const headers of [{}, { 'content-type': 'application/octet-stream' }, { 'content-type': 'odd' }]) {
    const answer = await app.inject({ method: 'POST', url: '/echo', headers, body: Buffer.from('{ "a":1}') })
    assert.deepStrictEqual([answer.statusCode, answer.json()], [200, { sent: '{ "a":1}' }])
  }
})

test('what Node itself would refuse without a word is refused in words', async t => {
  const { app } = buildApp(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const ask = async (...lines: readonly string[]): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    socket.end(`${['GET /livez HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`)
    return text(socket)
  }
  assert.match(await ask(), /^HTTP\/1\.1 400 .*\{"error":"The header Host is missing\."\}$/s)
  assert.match(await ask('host: x', 'expect: tea'), /^HTTP\/1\.1 417 .*\{"error":"What the header Expect/s)
  assert.match(await ask('host: x'), /^HTTP\/1\.1 200 /)
})

const FAILURES: readonly (readonly [string, Error, number, string])[] = [
  ['an invalid request', new MillraceError('REQUEST_INVALID', 'Wrong.'), 400, 'Wrong.'],
  ['something unknown', new MillraceError('NOT_FOUND', 'Unknown.'), 404, 'Unknown.'],
  ['an overloaded scorer', new MillraceError('SCORER_OVERLOADED', 'Full.'), 503, 'Full.'],
  ['a silent store', new MillraceError('STORE_UNAVAILABLE', 'Silent.'), 503, 'Silent.'],
  [
    'a fault of the server',
    new MillraceError('STATE_VERSION_UNKNOWN', 'Inner.'),
    500,
    'The server failed. Its log says why.',
  ],
  ['an unforeseen error', new Error('secret'), 500, 'The server failed. Its log says why.'],
]

for (const [name, error, status, text] of FAILURES) {
  test(`${name} is answered by ${status} and a text`, async t => {
    const { app } = buildApp(t)
    app.get('/fail', needs('open'), () => {
      throw error
    })
    const answer = await app.inject('/fail')
    assert.deepStrictEqual([answer.statusCode, answer.json()], [status, { error: text }])
    assert.equal(answer.headers['retry-after'], status === 503 ? '1' : undefined)
  })
}

test('an unknown route, a malformed path, a large body and one in an unknown encoding are refused with a text', async t => {
  const { app } = buildApp(t, { edge: { limits: { bodyBytes: 8 } } })
  app.post('/echo/:name', needs('open'), () => 'never')
  const post = { method: 'POST', url: '/echo/a' } as const
  const refused = [
    await app.inject('/nowhere/secret'),
    await app.inject({ method: 'POST', url: '/echo/%zz' }),
    await app.inject({ ...post, body: Buffer.from('123456789') }),
    await app.inject({ ...post, body: Buffer.from('1234'), headers: { 'content-encoding': 'br' } }),
  ]
  assert.deepStrictEqual(
    refused.map(answer => [answer.statusCode, answer.json()]),
    [
      [404, { error: 'Nothing answers this method and path.' }],
      [400, { error: 'The request is malformed.' }],
      [413, { error: 'The body is too large.' }],
      [
        415,
        { error: 'The encoding of the body is not supported: send it as gzip, as deflate, or as it is.' },
      ],
    ],
  )
  assert.equal(refused[3]!.headers['accept-encoding'], 'gzip, deflate, identity')
})

for (const method of ['GET', 'POST'] as const) {
  test(`a ${method} whose handler takes too long is answered by 503`, async t => {
    const { app } = buildApp(t, { edge: { limits: { answerTimeout: 1 } } })
    app.route({ method, url: '/slow', ...needs('open'), handler: () => new Promise(() => {}) })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const answer = await fetch(`${url}/slow`, { method, ...(method === 'POST' && { body: '{}' }) })
    assert.deepStrictEqual(
      [answer.status, answer.headers.get('retry-after'), await answer.json()],
      [503, '1', { error: 'The request could not be answered in time: try again.' }],
    )
  })
}

test('a handler that answers after all changes nothing about a 503', async t => {
  const { app } = buildApp(t, { edge: { limits: { answerTimeout: 1 } } })
  const late = Promise.withResolvers<object>()
  app.post('/slow', needs('open'), () => late.promise)
  const answer = await app.inject({ method: 'POST', url: '/slow', body: '{}' })
  late.resolve({ late: true })
  assert.equal(answer.statusCode, 503)
  assert.equal((await app.inject('/livez')).statusCode, 200)
})

test('a request that is no HTTP is answered by 400 and a text', async t => {
  const { app } = buildApp(t)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const socket = connect(Number(port), '127.0.0.1')
  socket.end('secret nonsense\r\n\r\n')
  const [head, body] = (await text(socket)).split('\r\n\r\n')
  assert.match(head!, /^HTTP\/1\.1 400 /)
  assert.equal(body, '{"error":"The request is malformed."}')
})
