import assert from 'node:assert/strict'
import { copyFileSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { connect, type SecureVersion } from 'node:tls'
import { Access } from '../../../src/http/auth/access.ts'
import { Authenticator } from '../../../src/http/auth/authenticator.ts'
import { CallerList } from '../../../src/http/auth/caller-list.ts'
import { needs } from '../../../src/http/auth/guard-routes.ts'
import { createHttpApp } from '../../../src/http/http-app.ts'
import { RateLimiter } from '../../../src/http/limits/rate-limiter.ts'
import { TlsFiles, type TlsPaths } from '../../../src/http/tls/tls-files.ts'
import { Health } from '../../../src/lifecycle/health.ts'
import { createRegistry } from '../../../src/metrics/registry.ts'
import { type Certificate, TestAuthority } from './certificates.ts'

interface Served {
  readonly port: number
  readonly tls: TlsFiles
  readonly troubles: unknown[]
}

/** A server that lets the certificate `O=Bank,CN=risk` score. */
async function serve(t: TestContext, paths: TlsPaths): Promise<Served> {
  const troubles: unknown[] = []
  const tls = await TlsFiles.open(paths, error => void troubles.push(error))
  const callers = new CallerList()
  callers.replace([{ id: 'risk', subject: 'O = Bank, CN = risk', scopes: ['score'] }])
  const anonymous = new Set<never>()
  const authenticator = new Authenticator({ callers, anonymous })
  const access = new Access({ authenticator, limiter: new RateLimiter({}), anonymous })
  const app = createHttpApp({
    metrics: createRegistry({ service: 'test' }),
    health: new Health(),
    edge: { access, tls },
  })
  app.get('/score', needs('score'), () => ({ scored: true }))
  t.after(async () => {
    await app.close()
    tls.stop()
  })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  return { port: Number(port), tls, troubles }
}

/** Asks on a connection of its own. Answers the status, and the common name of the server's certificate. */
function ask(
  port: number,
  authority: Certificate,
  path: string,
  client?: Certificate,
): Promise<readonly [number, string]> {
  const files = client && { cert: readFileSync(client.cert), key: readFileSync(client.key) }
  const options = { host: '127.0.0.1', port, path, ca: readFileSync(authority.cert), agent: false, ...files }
  return new Promise((resolve, reject) => {
    const asked = request(options, async answer => {
      const { subject } = (answer.socket as import('node:tls').TLSSocket).getPeerCertificate()
      await text(answer)
      resolve([answer.statusCode!, String(subject.CN)])
    })
    asked.on('error', reject).end()
  })
}

test('a caller is known by his certificate; another one of our authority may do nothing', async t => {
  const authority = new TestAuthority(t)
  const server = authority.sign('/CN=server')
  const { port } = await serve(t, {
    certificate: server.cert,
    key: server.key,
    clientAuthority: authority.cert,
  })
  const asked = [
    await ask(port, authority, '/score', authority.sign('/O=Bank/CN=risk')),
    await ask(port, authority, '/score', authority.sign('/O=Bank/CN=other')),
    await ask(port, authority, '/score', authority.sign('/O=Bank, CN=risk/CN=x')),
    await ask(port, authority, '/livez', authority.sign('/CN=probe')),
  ]
  assert.deepStrictEqual(asked, [
    [200, 'server'],
    [403, 'server'],
    [403, 'server'],
    [200, 'server'],
  ])
})

test('without a certificate of our authority there is no connection', async t => {
  const authority = new TestAuthority(t)
  const server = authority.sign('/CN=server')
  const { port } = await serve(t, {
    certificate: server.cert,
    key: server.key,
    clientAuthority: authority.cert,
  })
  const stranger = new TestAuthority(t).sign('/O=Bank/CN=risk')
  for (const client of [undefined, stranger]) {
    await assert.rejects(ask(port, authority, '/livez', client), /ECONNRESET|alert|EPIPE|socket hang up/i)
  }
})

test("where client certificates are optional, probes need none, and a stranger's names nobody", async t => {
  const authority = new TestAuthority(t)
  const server = authority.sign('/CN=server')
  const paths = {
    certificate: server.cert,
    key: server.key,
    clientAuthority: authority.cert,
    clientOptional: true,
  }
  const { port } = await serve(t, paths)
  const stranger = new TestAuthority(t).sign('/O=Bank/CN=risk')
  const asked = [
    await ask(port, authority, '/livez'),
    await ask(port, authority, '/score'),
    await ask(port, authority, '/score', stranger),
    await ask(port, authority, '/score', authority.sign('/O=Bank/CN=risk')),
  ]
  assert.deepStrictEqual(
    asked.map(([status]) => status),
    [200, 401, 401, 200],
  )
})

test('renewed files are taken without a restart; while they do not belong together the former ones stay', async t => {
  const authority = new TestAuthority(t)
  const [served, renewed] = [authority.sign('/CN=old'), authority.sign('/CN=new')]
  const { port, tls, troubles } = await serve(t, { certificate: served.cert, key: served.key })
  assert.deepStrictEqual(await ask(port, authority, '/livez'), [200, 'old'])
  copyFileSync(renewed.cert, served.cert)
  await tls.look()
  assert.equal(troubles.length, 1)
  assert.deepStrictEqual(await ask(port, authority, '/livez'), [200, 'old'])
  copyFileSync(renewed.key, served.key)
  await tls.look()
  assert.equal(troubles.length, 1)
  assert.deepStrictEqual(await ask(port, authority, '/livez'), [200, 'new'])
})

test('TLS before 1.2 is refused', async t => {
  const authority = new TestAuthority(t)
  const server = authority.sign('/CN=server')
  const { port } = await serve(t, { certificate: server.cert, key: server.key })
  const ca = readFileSync(authority.cert)
  const agreed = (maxVersion: SecureVersion): Promise<string | null> =>
    new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        ca,
        minVersion: 'TLSv1',
        maxVersion,
        ciphers: 'DEFAULT@SECLEVEL=0',
      } as const
      const socket = connect(options, () => {
        resolve(socket.getProtocol())
        socket.destroy()
      })
      socket.on('error', reject)
    })
  assert.deepStrictEqual([await agreed('TLSv1.2'), await agreed('TLSv1.3')], ['TLSv1.2', 'TLSv1.3'])
  await assert.rejects(agreed('TLSv1.1'), { code: /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|ECONNRESET/ })
})
