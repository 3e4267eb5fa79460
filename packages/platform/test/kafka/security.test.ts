import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { kafkaSecurityFrom } from '../../src/kafka/security.ts'
import { TestAuthority } from '../http/tls/certificates.ts'

const SASL = { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }

test('nothing given is nothing secured', () => {
  assert.deepStrictEqual(kafkaSecurityFrom({}), {})
})

test('passwords go with and without TLS', () => {
  const sasl = { mechanism: 'scram-sha-512', username: 'u', password: 'p' }
  assert.deepStrictEqual(kafkaSecurityFrom(SASL), { sasl })
  assert.deepStrictEqual(kafkaSecurityFrom({ ...SASL, KAFKA_TLS: 'true' }), {
    ssl: { minVersion: 'TLSv1.2' },
    sasl,
  })
})

test('files are read', t => {
  const authority = new TestAuthority(t)
  const { cert, key } = authority.sign('/CN=millrace')
  const { ssl } = kafkaSecurityFrom({
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: authority.cert,
    KAFKA_TLS_CERT_FILE: cert,
    KAFKA_TLS_KEY_FILE: key,
  })
  const [ca, own, secret] = [authority.cert, cert, key].map(file => readFileSync(file))
  assert.deepStrictEqual(ssl, { minVersion: 'TLSv1.2', ca, cert: own, key: secret })
})

test('settings that do not go together are refused, and no password is repeated', t => {
  const authority = new TestAuthority(t)
  const { cert } = authority.sign('/CN=millrace')
  const wrong = [
    [{ KAFKA_TLS_CA_FILE: cert }, /are of no use without KAFKA_TLS=true/],
    [{ KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: cert }, /KAFKA_TLS_KEY_FILE: set both, or none/],
    [{ ...SASL, KAFKA_SASL_USERNAME: '' }, /set all three, or none/],
    [{ ...SASL, KAFKA_SASL_MECHANISM: 'GSSAPI' }, /must be one of PLAIN/],
    [{ KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/nowhere' }, /KAFKA_TLS_CA_FILE: the file cannot be read/],
    [
      { KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: authority.key },
      /a key of another certificate/,
    ],
  ] as const
  for (const [env, words] of wrong) {
    assert.throws(() => kafkaSecurityFrom(env), { code: 'CONFIG_INVALID', message: words })
  }
})
