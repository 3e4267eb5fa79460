import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AliasMemory } from '../../src/registry/mlflow/alias-memory.ts'
import { MlflowClient, type MlflowClientOptions } from '../../src/registry/mlflow/mlflow-client.ts'
import { MlflowRegistry } from '../../src/registry/mlflow/mlflow-registry.ts'
import { VersionCache } from '../../src/registry/mlflow/version-cache.ts'
import { externalModel } from './external-model.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A registry whose server behaves as no real one can be brought to. */
async function openScripted(t: TestContext, handler: Handler, options: Partial<MlflowClientOptions> = {}) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scripted-'))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new MlflowClient({ url, timeout: 200, ...options })
  return {
    registry: new MlflowRegistry({
      client,
      cache: new VersionCache(folder),
      memory: new AliasMemory(folder),
    }),
    folder,
    url,
  }
}

const json =
  (status: number, body: unknown): Handler =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const TROUBLE: readonly (readonly [string, Handler, RegExp])[] = [
  ['never answers', () => {}, /it does not answer within 200 ms\.$/],
  ['answers 500', json(500, {}), /it answers 500\.$/],
  ['is overloaded', json(429, {}), /it answers 429\.$/],
  ['does not know us', json(401, {}), /it refuses us with 401: look after MODEL_REGISTRY_TOKEN/],
  ['does not allow the host', json(403, {}), /it refuses us with 403: .* and the hosts it allows\.$/],
  [
    'sends us elsewhere',
    (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /it answers 302, a redirect: give the address it leads to\.$/,
  ],
  [
    'is no MLflow',
    (_, response) => void response.end('<html>'),
    /its answer is no JSON: is this the address/,
  ],
  [
    'answers something else',
    json(200, { models: [] }),
    /answers in a way that is not MLflow's: registered_model/,
  ],
  ['breaks off', request => void request.socket.destroy(), /cannot be used: /],
  [
    'stalls within its answer',
    (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{'),
    /its answer stalls\.$/,
  ],
]

for (const [name, handler, message] of TROUBLE) {
  test(`a server that ${name} is trouble that may pass`, async t => {
    const { registry } = await openScripted(t, handler)
    await assert.rejects(registry.aliases('fraud'), { code: 'MODEL_REGISTRY_UNAVAILABLE', message })
  })
}

test('a server that is not there is trouble that may pass', async t => {
  const { registry } = await openScripted(t, () => {}, { url: 'http://127.0.0.1:1' })
  await assert.rejects(registry.aliases('fraud'), { code: 'MODEL_REGISTRY_UNAVAILABLE' })
})

/** What a server says of version 1, whose files are open to the test. */
const versionServer =
  (files: Handler, status = 'READY'): Handler =>
  (request, response) => {
    const { pathname } = new URL(request.url!, 'http://server')
    if (pathname.endsWith('/model-versions/get'))
      return json(200, { model_version: { name: 'fraud', version: '1', status } })(request, response)
    if (pathname.endsWith('/get-download-uri'))
      return json(200, { artifact_uri: 's3://bucket/somewhere' })(request, response)
    return files(request, response)
  }

const pathOf = (request: IncomingMessage): string | null =>
  new URL(request.url!, 'http://server').searchParams.get('path')

test('files outside the lent store are read through the server', async t => {
  const asked: (string | null)[] = []
  const files = versionServer((request, response) => {
    asked.push(pathOf(request))
    if (pathOf(request) === 'model.onnx') response.end(externalModel())
    else json(404, { error_code: 'RESOURCE_DOES_NOT_EXIST' })(request, response)
  })
  const { registry } = await openScripted(t, files)
  const { onnx, documents } = await registry.read('fraud', '1')
  assert.deepStrictEqual(Buffer.from(onnx), Buffer.from(externalModel()))
  assert.equal(documents.size, 0)
  assert.deepStrictEqual(asked.slice(0, 3), ['MLmodel', 'model.onnx', 'manifest.json'])
})

test('a version that is not ready is waited for, and is no target of an alias', async t => {
  const pending = versionServer(json(404, {}), 'PENDING_REGISTRATION')
  const { registry } = await openScripted(t, (request, response) => {
    if (!request.url!.includes('registered-models/get')) return pending(request, response)
    return json(200, { registered_model: { aliases: [{ alias: 'champion', version: '1' }] } })(
      request,
      response,
    )
  })
  assert.equal((await registry.aliases('fraud')).size, 0)
  await assert.rejects(registry.read('fraud', '1'), {
    code: 'MODEL_REGISTRY_UNAVAILABLE',
    message: /^models:\/fraud\/1 of http:.* is not ready yet \(PENDING_REGISTRATION\): try again\.$/,
  })
})

test('what was seen and downloaded is there while the server is down, also for who starts anew', async t => {
  const state = { isDown: false }
  const files = versionServer((request, response) =>
    pathOf(request) === 'model.onnx' ? void response.end(externalModel()) : json(404, {})(request, response),
  )
  const { registry, folder, url } = await openScripted(t, (request, response) => {
    if (state.isDown) return json(503, {})(request, response)
    if (!request.url!.includes('registered-models/get')) return files(request, response)
    return json(200, { registered_model: { aliases: [{ alias: 'champion', version: '1' }] } })(
      request,
      response,
    )
  })
  assert.equal(await registry.lastAliases('fraud'), undefined)
  const seen = await registry.aliases('fraud')
  const { digest } = await registry.read('fraud', '1')
  state.isDown = true
  const anew = new MlflowRegistry({
    client: new MlflowClient({ url }),
    cache: new VersionCache(folder),
    memory: new AliasMemory(folder),
  })
  await assert.rejects(anew.aliases('fraud'), { code: 'MODEL_REGISTRY_UNAVAILABLE' })
  assert.deepStrictEqual(await anew.lastAliases('fraud'), seen)
  assert.equal((await anew.read('fraud', '1')).digest, digest)
  await assert.rejects(anew.read('fraud', '2'), { code: 'MODEL_REGISTRY_UNAVAILABLE' })
})

test('a folder that cannot be written is named, and does not keep aliases from being read', async t => {
  const { url } = await openScripted(t, (request, response) => {
    if (!request.url!.includes('registered-models/get'))
      return versionServer(json(404, {}))(request, response)
    return json(200, { registered_model: {} })(request, response)
  })
  const registry = new MlflowRegistry({
    client: new MlflowClient({ url }),
    cache: new VersionCache('/dev/null/models'),
    memory: new AliasMemory('/dev/null/models'),
  })
  assert.equal((await registry.aliases('fraud')).size, 0)
  await assert.rejects(registry.read('fraud', '1'), {
    code: 'MODEL_REGISTRY_UNAVAILABLE',
    message:
      /^Downloaded versions cannot be kept in \/dev\/null\/models \(.*\): name a folder by MODEL_CACHE\.$/,
  })
})

const DOWNLOADS: readonly (readonly [string, Handler, object])[] = [
  [
    'announces more than may be',
    (_, response) => void response.writeHead(200, { 'content-length': '5000' }).write('x'),
    { code: 'MODEL_INVALID', message: /has a file larger than 1000 bytes/ },
  ],
  [
    'sends more than may be, unannounced',
    (_, response) => void response.end(Buffer.alloc(5_000)),
    { code: 'MODEL_INVALID', message: /has a file larger than 1000 bytes/ },
  ],
  [
    'is cut off',
    (_, response) => {
      response.writeHead(200, { 'content-length': '900' }).write('x')
      setImmediate(() => response.destroy())
    },
    { code: 'MODEL_REGISTRY_UNAVAILABLE', message: /its answer was cut off\.$/ },
  ],
]

for (const [name, handler, refused] of DOWNLOADS) {
  test(`a download that ${name} is refused, and nothing of it is kept`, async t => {
    const files = versionServer((request, response) =>
      pathOf(request) === 'model.onnx' ? handler(request, response) : json(404, {})(request, response),
    )
    const { registry, folder } = await openScripted(t, files, { maxBytes: 1_000 })
    await assert.rejects(registry.read('fraud', '1'), refused)
    assert.deepStrictEqual(await readdir(join(folder, 'versions')), [])
  })
}

for (const data of ['../../etc/passwd', '/etc/passwd', 'a/../../b']) {
  test(`an MLmodel that names "${data}" is refused`, async t => {
    const files = versionServer((request, response) =>
      pathOf(request) === 'MLmodel'
        ? void response.end(`flavors:\n  onnx:\n    data: ${data}\n`)
        : json(404, {})(request, response),
    )
    const { registry } = await openScripted(t, files)
    await assert.rejects(registry.read('fraud', '1'), {
      code: 'MODEL_INVALID',
      message: /names an ONNX file outside its folder/,
    })
  })
}

const ACCESS: readonly (readonly [string, Partial<MlflowClientOptions>, string | undefined])[] = [
  ['nothing', {}, undefined],
  ['a token', { token: 't0' }, 'Bearer t0'],
  [
    'a user and a password',
    { user: 'ü', password: 'p:q' },
    `Basic ${Buffer.from('ü:p:q').toString('base64')}`,
  ],
  ['a token, which goes before a user', { token: 't0', user: 'u' }, 'Bearer t0'],
]

for (const [name, access, expected] of ACCESS) {
  test(`who has ${name} asks with that`, async t => {
    let given: string | undefined
    const { registry } = await openScripted(
      t,
      (request, response) => {
        given = request.headers.authorization
        json(200, { registered_model: {} })(request, response)
      },
      access,
    )
    await registry.aliases('fraud')
    assert.equal(given, expected)
  })
}

test('no message repeats credentials', async t => {
  const { registry, url } = await openScripted(t, json(500, {}), {
    token: 'secret-token',
    password: 'secret',
  })
  await assert.rejects(registry.aliases('fraud'), (error: Error) => !error.message.includes('secret'))
  const inAddress = new MlflowClient({ url: url.replace('//', '//user:secret@') })
  assert.equal(inAddress.url, url)
})
