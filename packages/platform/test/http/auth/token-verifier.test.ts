import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, SignJWT } from 'jose'
import { openTokenKeys } from '../../../src/http/auth/token-keys.ts'
import { TokenVerifier } from '../../../src/http/auth/token-verifier.ts'
import { AUDIENCE, ISSUER, serveKeys, TestIssuer } from './issuer.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

function verifierOf(issuer: TestIssuer): TokenVerifier {
  return new TokenVerifier({
    keys: createLocalJWKSet(issuer.keys),
    issuer: ISSUER,
    audience: AUDIENCE,
    onTrouble: error => assert.fail(String(error)),
  })
}

for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
  test(`a token signed with ${algorithm} names its subject and those of its scopes that are ours`, async () => {
    const issuer = await TestIssuer.create(algorithm)
    const token = await issuer.sign(NOW, { scope: 'openid score read-features' })
    const caller = await verifierOf(issuer).verify(token, NOW)
    assert.deepStrictEqual(caller, { kind: 'token', id: 'risk', scopes: new Set(['score', 'read-features']) })
  })
}

test('scopes are read from "scope" and "scp", as text or as a list', async () => {
  const issuer = await TestIssuer.create()
  const verifier = verifierOf(issuer)
  const claims = [
    { scope: undefined, scp: ['score'] },
    { scope: undefined, scp: 'score' },
    { scope: ['score'] },
    { scope: 7 },
  ]
  const callers = await Promise.all(
    claims.map(async claim => verifier.verify(await issuer.sign(NOW, claim), NOW)),
  )
  assert.deepStrictEqual(
    callers.map(({ scopes }) => [...scopes]),
    [['score'], ['score'], ['score'], []],
  )
})

test('a token of another issuer, for another audience, too old, too new or without subject is refused', async () => {
  const issuer = await TestIssuer.create()
  const verifier = verifierOf(issuer)
  const seconds = NOW / 1_000
  const faults = [
    { iss: 'https://other.test' },
    { aud: 'another-service' },
    { exp: seconds - 31 },
    { exp: undefined },
    { nbf: seconds + 31 },
    { sub: undefined },
  ]
  for (const claims of faults) {
    const token = await issuer.sign(NOW, claims as never)
    await assert.rejects(
      async () => verifier.verify(token, NOW),
      { code: 'UNAUTHENTICATED' },
      JSON.stringify(claims),
    )
  }
})

test('the clocks of issuer and service may lie 30 s apart', async () => {
  const issuer = await TestIssuer.create()
  const seconds = NOW / 1_000
  for (const claims of [{ exp: seconds - 29 }, { nbf: seconds + 29 }]) {
    const caller = await verifierOf(issuer).verify(await issuer.sign(NOW, claims), NOW)
    assert.equal(caller.id, 'risk')
  }
})

test('a token without signature, or signed with our public key as a shared secret, is refused', async () => {
  const issuer = await TestIssuer.create('RS256')
  const verifier = verifierOf(issuer)
  const [, payload] = (await issuer.sign(NOW)).split('.')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
  const shared = await new SignJWT({ sub: 'risk', iss: ISSUER, aud: AUDIENCE, exp: NOW / 1_000 + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .sign(Buffer.from(JSON.stringify(issuer.keys)))
  for (const token of [unsigned, shared, 'secret', '']) {
    await assert.rejects(async () => verifier.verify(token, NOW), {
      code: 'UNAUTHENTICATED',
      message: 'The token is not valid here: it may have expired, or be for another service.',
    })
  }
})

test('a changed token is refused, also after the right one was taken', async () => {
  const issuer = await TestIssuer.create()
  const verifier = verifierOf(issuer)
  const token = await issuer.sign(NOW)
  await verifier.verify(token, NOW)
  const [head, , signature] = token.split('.')
  const claims = Buffer.from(
    JSON.stringify({ iss: ISSUER, aud: AUDIENCE, sub: 'root', exp: NOW / 1_000 + 60 }),
  )
  const forged = `${head}.${claims.toString('base64url')}.${signature}`
  await assert.rejects(async () => verifier.verify(forged, NOW), { code: 'UNAUTHENTICATED' })
})

test('a token that was right is taken at once for a minute, and not beyond its own time', async () => {
  const issuer = await TestIssuer.create()
  const verifier = verifierOf(issuer)
  const [long, short] = [
    await issuer.sign(NOW, { exp: NOW / 1_000 + 3_600 }),
    await issuer.sign(NOW, { exp: NOW / 1_000 + 10 }),
  ]
  for (const token of [long, short]) assert.ok(verifier.verify(token, NOW) instanceof Promise)
  await new Promise(setImmediate)
  await Promise.all([long, short].map(token => verifier.verify(token, NOW)))
  assert.ok(!(verifier.verify(long, NOW + 59_999) instanceof Promise))
  assert.ok(!(verifier.verify(short, NOW + 9_999) instanceof Promise))
  const late = verifier.verify(long, NOW + 60_000)
  assert.ok(late instanceof Promise)
  assert.equal((await late).id, 'risk')
  await assert.rejects(async () => verifier.verify(short, NOW + 40_001), { code: 'UNAUTHENTICATED' })
  verifier.forget()
  assert.ok(verifier.verify(long, NOW) instanceof Promise)
})

test('keys at an address are asked for once, and a flood of unknown key ids does not ask for them again', async t => {
  const [issuer, stranger] = [await TestIssuer.create(), await TestIssuer.create()]
  await stranger.renew()
  const served = await serveKeys(t, () => issuer.keys)
  const troubles: unknown[] = []
  const onTrouble = (error: unknown): void => void troubles.push(error)
  const { find } = await openTokenKeys(served.url, { onChange() {}, onTrouble })
  const verifier = new TokenVerifier({ keys: find, issuer: ISSUER, audience: AUDIENCE, onTrouble })
  assert.equal((await verifier.verify(await issuer.sign(NOW), NOW)).id, 'risk')
  for (let i = 0; i < 20; i++) {
    const token = await stranger.sign(NOW, { sub: `stranger-${i}` })
    await assert.rejects(async () => verifier.verify(token, NOW), { code: 'UNAUTHENTICATED' })
  }
  assert.deepStrictEqual([served.asked, troubles], [1, []])
})

test("when the keys cannot be had it is nobody's fault who calls", async () => {
  const troubles: unknown[] = []
  const onTrouble = (error: unknown): void => void troubles.push(error)
  const { find } = await openTokenKeys('http://127.0.0.1:9/keys', { onChange() {}, onTrouble })
  const verifier = new TokenVerifier({ keys: find, issuer: ISSUER, audience: AUDIENCE, onTrouble })
  const token = await (await TestIssuer.create()).sign(NOW)
  await assert.rejects(async () => verifier.verify(token, NOW), { code: 'AUTHENTICATION_UNAVAILABLE' })
  assert.equal(troubles.length, 1)
})
