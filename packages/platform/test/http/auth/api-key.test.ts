import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKey, hashSecret, readHash, readKey, secretMatches } from '../../../src/http/auth/api-key.ts'

test('a new key holds its id and 256 random bits', () => {
  const key = createKey('risk-team')
  assert.match(key, /^millrace_risk-team_[\w-]{43}$/)
  assert.equal(Buffer.from(readKey(key)!.secret, 'base64url').length, 32)
  assert.notEqual(createKey('risk-team'), key)
})

test('a secret may hold the sign that ends the id', () => {
  const secret = `_${'a'.repeat(41)}_`
  assert.deepStrictEqual(readKey(`millrace_risk_${secret}`), { id: 'risk', secret })
})

test('what has not the form of a key is none', () => {
  const secret = 'a'.repeat(43)
  const others = [
    '',
    'millrace_',
    'millrace_risk',
    `risk_${secret}`,
    `millrace_Risk_${secret}`,
    `millrace__${secret}`,
  ]
  for (const text of [
    ...others,
    `millrace_risk_${secret}a`,
    `millrace_risk_${secret.slice(1)}`,
    `x_risk_${secret}`,
  ])
    assert.equal(readKey(text), undefined, text)
})

test('a secret matches its own hash only, and no two hashes of it are alike', () => {
  const { secret } = readKey(createKey('a'))!
  const hash = hashSecret(secret)
  assert.notEqual(hashSecret(secret), hash)
  assert.ok(!hash.includes(secret))
  assert.equal(secretMatches(secret, readHash(hash)!), true)
  assert.equal(secretMatches(readKey(createKey('a'))!.secret, readHash(hash)!), false)
})

test('a hash of another form is not read', () => {
  for (const text of ['', 'sha256:00:00', `md5:${'0'.repeat(32)}:${'0'.repeat(64)}`])
    assert.equal(readHash(text), undefined)
})
