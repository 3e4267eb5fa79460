import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadConfig } from '../../src/config/load-config.ts'
import { createKey, hashSecret, readKey } from '../../src/http/auth/api-key.ts'
import { type CallerEntry, writeCallers } from '../../src/http/auth/caller-file.ts'
import { checkEdge } from '../../src/http/check-edge.ts'
import { type Edge, openEdge } from '../../src/http/edge.ts'
import { edgeConfig } from '../../src/http/edge-config.ts'
import { createLogger } from '../../src/logging/logger.ts'
import { createRegistry, type MetricsRegistry } from '../../src/metrics/registry.ts'
import { AUDIENCE, ISSUER, TestIssuer } from './auth/issuer.ts'

const ADDRESS = '10.0.0.7'

async function open(
  t: TestContext,
  env: Record<string, string>,
): Promise<Edge & { readonly metrics: MetricsRegistry; readonly lines: string[] }> {
  const lines: string[] = []
  const logger = createLogger({ service: 'test', destination: { write: line => void lines.push(line) } })
  const metrics = createRegistry({ service: 'test' })
  const edge = await openEdge(loadConfig(edgeConfig, env), { logger, metrics })
  t.after(() => edge.close())
  return { ...edge, metrics, lines }
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'millrace-edge-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

function entryOf(key: string): CallerEntry {
  const { id, secret } = readKey(key)!
  return { id, hash: hashSecret(secret), scopes: ['score'] }
}

test('without any setting, on this machine alone, anybody may do everything', async t => {
  const { access, tls, limits } = await open(t, {})
  const caller = await access.admit(
    { authorization: 'Bearer whatever', address: '127.0.0.1' },
    'administer-models',
  )
  assert.deepStrictEqual([caller.kind, tls], ['anonymous', undefined])
  assert.deepStrictEqual(limits, {
    bodyBytes: 1_048_576,
    headerBytes: 16_384,
    connections: 10_000,
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    answerTimeout: 10_000,
    keepAliveTimeout: 72_000,
  })
})

const FAULTS: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ HTTP_HOST: '0.0.0.0' }, /^- HTTP_HOST: other machines would reach the server/m],
  [{ HTTP_HOST: '::' }, /^- HTTP_HOST: /m],
  [{ HTTP_HOST: 'scorer.internal' }, /^- HTTP_HOST: /m],
  [{ AUTH: 'none', API_KEYS_FILE: 'keys.json' }, /^- AUTH: none contradicts/m],
  [{ JWT_JWKS: 'jwks.json' }, /^- JWT_JWKS, JWT_ISSUER, JWT_AUDIENCE: set all three/m],
  [{ JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }, /^- JWT_JWKS, JWT_ISSUER, JWT_AUDIENCE: /m],
  [{ TLS_CERT_FILE: 'cert.pem' }, /^- TLS_CERT_FILE, TLS_KEY_FILE: set both/m],
  [{ TLS_CLIENT_CA_FILE: 'ca.pem' }, /^- TLS_CLIENT_CA_FILE: client certificates need TLS/m],
  [{ RATE_LIMIT_BURST: '5' }, /^- RATE_LIMIT_BURST: needs RATE_LIMIT_PER_SECOND/m],
]

for (const [env, message] of FAULTS) {
  test(`${JSON.stringify(env)} is refused`, () => {
    assert.throws(() => checkEdge(loadConfig(edgeConfig, env)), { code: 'CONFIG_INVALID', message })
  })
}

for (const env of [
  { HTTP_HOST: 'localhost' },
  { HTTP_HOST: '::1' },
  { HTTP_HOST: '127.0.0.2' },
  { HTTP_HOST: '0.0.0.0', AUTH: 'none' },
  { HTTP_HOST: '0.0.0.0', API_KEYS_FILE: 'keys.json' },
]) {
  test(`${JSON.stringify(env)} is taken`, () => checkEdge(loadConfig(edgeConfig, env)))
}

test('values that cannot be are refused with every fault', () => {
  const env = {
    AUTH: 'yes',
    ANONYMOUS_SCOPES: 'score,root',
    JWT_JWKS: 'http://issuer.test/keys',
    TRUSTED_PROXIES: 'everybody',
    TLS_CLIENT_AUTH: 'never',
    RATE_LIMIT_PER_SECOND: '0',
  }
  assert.throws(() => loadConfig(edgeConfig, env), {
    message: [
      'The configuration cannot be used:',
      '- AUTH: must be none, or not be set',
      '- ANONYMOUS_SCOPES: must be among score, read-features, write-features, administer-models, read-metrics, with commas between them',
      '- JWT_JWKS: must be a path, or an address https://…',
      '- TLS_CLIENT_AUTH: must be required or optional',
      '- TRUSTED_PROXIES: must be addresses or networks (10.0.0.0/8) with commas between them',
      '- RATE_LIMIT_PER_SECOND: must be a whole number from 1 to 1000000',
    ].join('\n'),
  })
})

test("a file of keys, of tokens' keys or of a certificate that cannot be read stops the start by its name", async t => {
  const missing = join(folder(t), 'missing')
  const settings = [
    [{ API_KEYS_FILE: missing }, /^API_KEYS_FILE cannot be used: ENOENT/],
    [{ JWT_JWKS: missing, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }, /^JWT_JWKS cannot be used: ENOENT/],
    [
      { TLS_CERT_FILE: missing, TLS_KEY_FILE: missing },
      /^TLS_CERT_FILE, TLS_KEY_FILE or .* cannot be used: ENOENT/,
    ],
  ] as const
  for (const [env, message] of settings)
    await assert.rejects(open(t, env), { code: 'CONFIG_INVALID', message })
})

test('a key that is added or revoked counts while the service runs', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const file = join(folder(t), 'keys.json')
  const [old, fresh] = [createKey('old'), createKey('fresh')]
  await writeCallers(file, [entryOf(old)])
  const { access, lines, metrics } = await open(t, { API_KEYS_FILE: file })
  const admit = async (key: string) => (await access.admit({ apiKey: key, address: ADDRESS }, 'score')).id
  assert.equal(await admit(old), 'old')

  await writeCallers(file, [entryOf(fresh)])
  t.mock.timers.tick(2_000)
  await until(async () => (await admit(fresh).catch(() => '')) === 'fresh')
  await assert.rejects(async () => admit(old), { code: 'UNAUTHENTICATED' })

  writeFileSync(file, 'half a fi')
  t.mock.timers.tick(2_000)
  await until(async () => lines.length > 0)
  assert.match(lines[0]!, /"keys or certificates cannot be renewed: the former ones stay in use"/)
  assert.equal(await admit(fresh), 'fresh')
  assert.match(
    await metrics.metrics(),
    /edge_requests_refused_total\{reason="unauthenticated",service="test"\} [1-9]/,
  )
})

test('tokens are taken with the keys of a file, and with others when the file has changed', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const issuer = await TestIssuer.create()
  const file = join(folder(t), 'jwks.json')
  writeFileSync(file, JSON.stringify(issuer.keys))
  const env = { JWT_JWKS: file, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE, HTTP_HOST: '0.0.0.0' }
  const { access } = await open(t, env)
  const admit = async (token: string) =>
    (await access.admit({ authorization: `Bearer ${token}`, address: ADDRESS }, 'score')).kind
  const old = await issuer.sign(Date.now())
  assert.equal(await admit(old), 'token')

  await issuer.renew()
  writeFileSync(file, JSON.stringify(issuer.keys))
  t.mock.timers.tick(2_000)
  const fresh = await issuer.sign(Date.now())
  await until(async () => (await admit(fresh).catch(() => '')) === 'token')
  await assert.rejects(async () => admit(old), { code: 'UNAUTHENTICATED' })
})

/** Looks again whenever files may have been read. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate)
}
