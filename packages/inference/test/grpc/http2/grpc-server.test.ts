import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MillraceError } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import type { CallCredentials } from '../../../src/grpc/http2/admission.ts'
import { RAW_REQUEST, serve } from '../serve.ts'

const METHOD = '/inference.GRPCInferenceService/ServerLive'
const EMPTY = Buffer.alloc(5)

/** A client that sends what it is told to, without knowing gRPC. */
function rawClient(t: TestContext, port: number) {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  t.after(() => session.destroy())
  return (body: Buffer, headers: Record<string, string> = {}) =>
    new Promise<Record<string, string>>(resolve => {
      const stream = session.request({
        ':method': 'POST',
        ':path': METHOD,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      })
      const answer: Record<string, string> = {}
      stream.on('response', given => Object.assign(answer, given))
      stream.on('trailers', given => Object.assign(answer, given))
      stream.on('error', () => {})
      stream.on('close', () => resolve(answer))
      stream.resume()
      stream.end(body)
    })
}

test('what is no call is refused, and the server lives on', async t => {
  const { server, client } = await serve(t)
  const send = rawClient(t, server.port)
  assert.equal((await send(EMPTY))['grpc-status'], '0')
  assert.equal((await send(EMPTY, { ':path': '/other.Service/Method' }))['grpc-status'], '12')
  assert.equal((await send(EMPTY, { ':path': '/__proto__' }))['grpc-status'], '12')
  assert.equal((await send(EMPTY, { 'content-type': 'application/json' }))['grpc-status'], '3')
  assert.equal((await send(EMPTY, { 'grpc-timeout': 'soon' }))['grpc-status'], '3')
  assert.equal((await send(EMPTY, { 'grpc-encoding': 'snappy' }))['grpc-status'], '12')
  assert.equal((await send(Buffer.alloc(0)))['grpc-status'], '3')
  assert.equal((await send(Buffer.alloc(3)))['grpc-status'], '3')
  assert.equal((await send(Buffer.alloc(10)))['grpc-status'], '3')
  assert.equal((await send(Buffer.from('0000000009aa', 'hex')))['grpc-status'], '3')
  assert.equal((await send(Buffer.from('0200000000', 'hex')))['grpc-status'], '3')
  assert.deepStrictEqual(await client.infer('ServerLive', {}), {
    code: 0,
    message: '',
    answer: { live: true },
  })
})

test('random bytes as messages of every method are answered', async t => {
  const { server } = await serve(t)
  const send = rawClient(t, server.port)
  const methods = ['ModelInfer', 'ModelStreamInfer', 'ModelMetadata', 'ModelReady', 'RepositoryIndex']
  await forEachSeed(100, async random => {
    const message = Buffer.from(Array.from({ length: random.integer(0, 60) }, () => random.integer(0, 255)))
    const prefix = Buffer.from([random.chance(0.1) ? random.integer(0, 255) : 0, 0, 0, 0, message.length])
    const path = `/inference.GRPCInferenceService/${random.pick(methods)}`
    const { 'grpc-status': status } = await send(Buffer.concat([prefix, message]), { ':path': path })
    assert.ok(['0', '3', '5', '8'].includes(status!), `${path} ${status}`)
  })
})

test('a compressed message is inflated, within the limit of a message', async t => {
  const { server, client } = await serve(t, { limits: { messageBytes: 100_000 } })
  const compressed = await client.infer('ModelInfer', RAW_REQUEST, { metadata: {} })
  assert.equal(compressed.code, 0)
  const send = rawClient(t, server.port)
  const zipped = (bytes: Buffer): Buffer => {
    const body = gzipSync(bytes)
    const prefix = Buffer.alloc(5, 1)
    prefix.writeUInt32BE(body.length, 1)
    return Buffer.concat([prefix, body])
  }
  const gzip = { 'grpc-encoding': 'gzip' }
  assert.equal((await send(zipped(Buffer.alloc(0)), gzip))['grpc-status'], '0')
  assert.equal((await send(zipped(Buffer.alloc(0))))['grpc-status'], '3')
  assert.equal((await send(zipped(Buffer.alloc(10_000_000)), gzip))['grpc-status'], '8')
  assert.equal((await send(Buffer.from('0100000001aa', 'hex'), gzip))['grpc-status'], '3')
})

test('a message that is too large is refused as soon as it says so', async t => {
  const { client } = await serve(t, { limits: { messageBytes: 1_000 } })
  const request = { ...RAW_REQUEST, raw_input_contents: [Buffer.alloc(2_000_000)] }
  const { code, message } = await client.infer('ModelInfer', request)
  assert.deepStrictEqual([code, message], [8, 'The message is larger than 1000 bytes.'])
})

test('requests beyond what the server holds are shed', async t => {
  const { client } = await serve(t, { limits: { heldBytes: 50_000 } })
  const request = { ...RAW_REQUEST, raw_input_contents: [Buffer.alloc(200_000)] }
  assert.equal((await client.infer('ModelInfer', request)).code, 8)
  assert.equal((await client.infer('ModelInfer', RAW_REQUEST)).code, 0)
})

test('a call that is not answered in time, or by its deadline, is ended', async t => {
  const { client, model, server } = await serve(t, { limits: { answerTimeout: 300 } })
  model.infer = () => new Promise(() => {})
  assert.equal((await client.infer('ModelInfer', RAW_REQUEST)).code, 14)
  const send = rawClient(t, server.port)
  const path = '/inference.GRPCInferenceService/ModelInfer'
  assert.equal((await send(EMPTY, { ':path': path, 'grpc-timeout': '1n' }))['grpc-status'], '5')
  assert.equal((await send(EMPTY, { 'grpc-timeout': '1n' }))['grpc-status'], '4')
})

test('a client that breaks off many calls keeps its connection', async t => {
  const { server } = await serve(t)
  const session = connect(`http://127.0.0.1:${server.port}`)
  t.after(() => session.destroy())
  const headers = { ':method': 'POST', ':path': METHOD, 'content-type': 'application/grpc', te: 'trailers' }
  for (let i = 0; i < 1_500; i++) {
    const stream = session.request(headers)
    stream.on('error', () => {})
    stream.close(constants.NGHTTP2_CANCEL)
    await once(stream, 'close')
  }
  const last = session.request(headers)
  last.end(EMPTY)
  const [trailers] = await once(last.resume(), 'trailers')
  assert.equal(trailers['grpc-status'], '0')
})

test('who may call is asked with what the call brings, but for probes', async t => {
  const asked: (readonly [CallCredentials, string])[] = []
  const refusal = new MillraceError('MODEL_UNAVAILABLE', 'Not now.', { details: { retryAfterS: 2 } })
  const access = {
    admit(credentials: CallCredentials, scope: string) {
      asked.push([credentials, scope])
      if (credentials.apiKey === 'bad') throw refusal
      return credentials.apiKey === 'late' ? Promise.reject(refusal) : Promise.resolve()
    },
    admitStray() {},
  }
  const { client } = await serve(t, { access })
  const metadata = { authorization: 'Bearer secret', 'x-api-key': 'key' }
  assert.equal((await client.infer('ModelInfer', RAW_REQUEST, { metadata })).code, 0)
  assert.equal((await client.infer('RepositoryIndex', {}, { metadata })).code, 0)
  const credentials = {
    authorization: 'Bearer secret',
    apiKey: 'key',
    subject: undefined,
    address: '127.0.0.1',
  }
  assert.deepStrictEqual(asked, [
    [credentials, 'score'],
    [credentials, 'administer-models'],
  ])
  for (const key of ['bad', 'late']) {
    const { code, trailers } = await client.infer('ModelInfer', RAW_REQUEST, {
      metadata: { 'x-api-key': key },
    })
    assert.deepStrictEqual([code, trailers?.['grpc-retry-pushback-ms']], [14, '2000'])
  }
  assert.equal((await client.infer('ServerReady', {})).code, 0)
  assert.equal((await client.call('grpc.health.v1.Health.Check', {})).code, 0)
  assert.equal(asked.length, 4)
})

test('health is told when it is asked for, and when it changes', async t => {
  const { client, health, server } = await serve(t)
  const check = (service: string) => client.call('grpc.health.v1.Health.Check', { service })
  assert.deepStrictEqual((await check('')).answer, { status: 'SERVING' })
  assert.deepStrictEqual((await check('inference.GRPCInferenceService')).answer, { status: 'SERVING' })
  assert.equal((await check('other')).code, 5)
  const watch = client.open('grpc.health.v1.Health.Watch')
  const ended = new Promise<{ code: number }>(resolve => watch.once('status', resolve))
  watch.on('error', () => {})
  watch.write({})
  watch.end()
  assert.deepStrictEqual(await once(watch, 'data'), [{ status: 'SERVING' }])
  health.ready('redis', false)
  assert.deepStrictEqual(await once(watch, 'data'), [{ status: 'NOT_SERVING' }])
  await server.close()
  assert.equal((await ended).code, 14)
})

test('an old connection is ended in good order: its calls finish, and the next goes elsewhere', async t => {
  const { client, server, model } = await serve(t, {
    limits: { connectionAge: 300, keepalive: 50, grace: 5_000 },
  })
  const session = connect(`http://127.0.0.1:${server.port}`)
  t.after(() => session.destroy())
  const goaway = once(session, 'goaway')
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const infer = model.infer.bind(model)
  model.infer = async (...given) => {
    started.resolve()
    await finish.promise
    return infer(...given)
  }
  const slow = client.infer('ModelInfer', RAW_REQUEST)
  await started.promise
  assert.equal((await goaway)[0], 0)
  finish.resolve()
  assert.equal((await slow).code, 0)
  assert.equal((await client.call('grpc.health.v1.Health.Check', {})).code, 0)
})

test('closing lets calls finish that are under way', async t => {
  const { client, server, model } = await serve(t, { limits: { grace: 5_000 } })
  const started = Promise.withResolvers<void>()
  const infer = model.infer.bind(model)
  model.infer = async (...given) => {
    started.resolve()
    await new Promise(resolve => setImmediate(resolve))
    return infer(...given)
  }
  const call = client.infer('ModelInfer', RAW_REQUEST)
  await started.promise
  await server.close()
  assert.equal((await call).code, 0)
})

test('an address that is taken is said so', async t => {
  const { server } = await serve(t)
  await assert.rejects(serve(t, { port: server.port }), { code: 'CONFIG_INVALID' })
})
