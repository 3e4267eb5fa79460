import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { forEachSeed } from '@millrace/testkit'
import { needs } from '../../../src/http/auth/guard-routes.ts'
import { preferredEncoding } from '../../../src/http/compression/preferred-encoding.ts'
import { createHttpApp, type HttpApp } from '../../../src/http/http-app.ts'
import { Health } from '../../../src/lifecycle/health.ts'
import { createRegistry } from '../../../src/metrics/registry.ts'

const LIMIT = 100_000
const COMPRESS_FROM = 1_000

function buildApp(t: TestContext): HttpApp {
  const edge = { limits: { bodyBytes: LIMIT }, compressFrom: COMPRESS_FROM }
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health(), edge })
  app.post('/echo', needs('open'), ({ body }, reply) => reply.type('application/octet-stream').send(body))
  app.post('/large', { bodyLimit: 10 * LIMIT, ...needs('open') }, ({ body }) => ({
    bytes: (body as Buffer).length,
  }))
  app.get('/text', needs('open'), () => ({ text: 'ü'.repeat(COMPRESS_FROM) }))
  t.after(() => app.close())
  return app
}

function send(app: HttpApp, encoding: string, body: Buffer, url = '/echo') {
  return app.inject({ method: 'POST', url, headers: { 'content-encoding': encoding }, body })
}

test('a body comes out as it went in, by gzip and by deflate, whatever it is', async t => {
  const app = buildApp(t)
  await forEachSeed(50, async random => {
    const body = Buffer.from(Array.from({ length: random.integer(0, 5_000) }, () => random.integer(0, 255)))
    for (const [encoding, sent] of [
      ['gzip', gzipSync(body)],
      ['GZip', gzipSync(body, { level: random.integer(0, 9) })],
      ['x-gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['identity', body],
    ] as const) {
      const answer = await send(app, encoding, sent)
      assert.deepStrictEqual([answer.statusCode, answer.rawPayload.equals(body)], [200, true], encoding)
    }
  })
})

test('a bomb is refused at the limit of its route, by gzip and by deflate', async t => {
  const app = buildApp(t)
  const bomb = Buffer.alloc(50 * 1_048_576)
  for (const [encoding, body] of [
    ['gzip', gzipSync(bomb)],
    ['deflate', deflateSync(bomb)],
  ] as const) {
    const before = process.memoryUsage.rss()
    const answer = await send(app, encoding, body)
    assert.deepStrictEqual(
      [answer.statusCode, answer.json()],
      [413, { error: `The body is larger than ${LIMIT} bytes when it is inflated.` }],
    )
    assert.ok(process.memoryUsage.rss() - before < bomb.length / 2)
  }
})

test('the limit counts inflated bytes, exactly', async t => {
  const app = buildApp(t)
  const sizes = [LIMIT, LIMIT + 1].map(
    async size => (await send(app, 'gzip', gzipSync(Buffer.alloc(size)))).statusCode,
  )
  assert.deepStrictEqual(await Promise.all(sizes), [200, 413])
  const larger = await send(app, 'gzip', gzipSync(Buffer.alloc(LIMIT + 1)), '/large')
  assert.deepStrictEqual(larger.json(), { bytes: LIMIT + 1 })
})

test('a body that is not what it says, or ends too early, is refused', async t => {
  const app = buildApp(t)
  const body = gzipSync(Buffer.from('{"secret":1}'))
  const broken: readonly (readonly [string, Buffer])[] = [
    ['gzip', Buffer.from('{"secret":1}')],
    ['gzip', body.subarray(0, -4)],
    ['gzip', Buffer.alloc(1)],
    ['deflate', body],
    ['deflate', deflateRawSync(Buffer.from('{"secret":1}'))],
  ]
  for (const [encoding, sent] of broken) {
    const answer = await send(app, encoding, sent)
    assert.deepStrictEqual(
      [answer.statusCode, answer.json()],
      [400, { error: 'The body is not what its Content-Encoding says.' }],
    )
  }
})

test('encodings that are not known, and several at once, are refused', async t => {
  const app = buildApp(t)
  for (const encoding of ['br', 'zstd', 'gzip, gzip', 'compress', 'nonsense']) {
    assert.equal((await send(app, encoding, gzipSync(Buffer.from('{}')))).statusCode, 415, encoding)
  }
})

test('an answer is compressed from the border on, for who asks for it', async t => {
  const app = buildApp(t)
  const ask = (size: number, accepted?: string) =>
    app.inject({
      method: 'POST',
      url: '/echo',
      body: Buffer.alloc(size, 7),
      headers: accepted === undefined ? {} : { 'accept-encoding': accepted },
    })
  const facts = [
    await ask(COMPRESS_FROM - 1, 'gzip'),
    await ask(COMPRESS_FROM, 'gzip'),
    await ask(COMPRESS_FROM, 'deflate'),
    await ask(COMPRESS_FROM, 'br'),
    await ask(COMPRESS_FROM),
  ].map(({ headers, rawPayload }) => [
    headers['content-encoding'],
    headers['vary'],
    Number(headers['content-length']) === rawPayload.length,
  ])
  assert.deepStrictEqual(facts, [
    [undefined, undefined, true],
    ['gzip', 'accept-encoding', true],
    ['deflate', 'accept-encoding', true],
    [undefined, 'accept-encoding', true],
    [undefined, 'accept-encoding', true],
  ])
  const body = Buffer.alloc(COMPRESS_FROM, 7)
  assert.ok(gunzipSync((await ask(COMPRESS_FROM, 'gzip')).rawPayload).equals(body))
  assert.ok(inflateSync((await ask(COMPRESS_FROM, 'deflate')).rawPayload).equals(body))
})

test('a text is compressed too, and HEAD tells of no body', async t => {
  const app = buildApp(t)
  const headers = { 'accept-encoding': 'gzip' }
  const answer = await app.inject({ url: '/text', headers })
  assert.deepStrictEqual(JSON.parse(String(gunzipSync(answer.rawPayload))), {
    text: 'ü'.repeat(COMPRESS_FROM),
  })
  const head = await app.inject({ method: 'HEAD', url: '/text', headers })
  assert.deepStrictEqual(
    [head.statusCode, head.rawPayload.length, head.headers['content-encoding']],
    [200, 0, undefined],
  )
})

test('the encoding of an answer is that which the client prefers', () => {
  const preferences: Record<string, string | undefined> = {
    '': undefined,
    gzip: 'gzip',
    deflate: 'deflate',
    'gzip, deflate': 'gzip',
    'deflate, gzip;q=0.5': 'deflate',
    'GZIP;Q=1': 'gzip',
    'gzip;q=0': undefined,
    'gzip;q=0, deflate': 'deflate',
    '*': 'gzip',
    '*;q=0': undefined,
    'identity, gzip;q=0.5': undefined,
    'br, zstd': undefined,
    'gzip;q=nonsense': undefined,
  }
  for (const [accepted, encoding] of Object.entries(preferences))
    assert.equal(preferredEncoding(accepted), encoding, accepted)
  assert.equal(preferredEncoding(undefined), undefined)
})
