import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKey, hashSecret, readKey } from '../../../src/http/auth/api-key.ts'
import { type CallerEntry, parseCallers } from '../../../src/http/auth/caller-file.ts'
import { CallerList } from '../../../src/http/auth/caller-list.ts'

const KEY = createKey('risk')
const RISK: CallerEntry = { id: 'risk', hash: hashSecret(readKey(KEY)!.secret), scopes: ['score'] }
const MESH: CallerEntry = {
  id: 'mesh',
  subject: 'O = Bank, CN = mesh',
  scopes: ['read-features'],
  ratePerSecond: 5,
}
const NOON = '2026-06-01T12:00:00+02:00'

function listOf(...entries: readonly CallerEntry[]): CallerList {
  const list = new CallerList()
  list.replace(parseCallers(JSON.stringify({ version: 1, callers: entries })))
  return list
}

test('a caller is known by his key', () => {
  assert.deepStrictEqual(listOf(MESH, RISK).byKey(KEY, 0), {
    kind: 'key',
    id: 'risk',
    scopes: new Set(['score']),
  })
})

test('a caller is known by the subject of his certificate, with his own rate', () => {
  const expected = {
    kind: 'certificate',
    id: 'mesh',
    scopes: new Set(['read-features']),
    rate: { perSecond: 5 },
  }
  assert.deepStrictEqual(listOf(MESH, RISK).bySubject('O=Bank,CN=mesh', 0), expected)
  assert.equal(listOf(MESH, RISK).bySubject('CN=mesh,O=Bank', 0), undefined)
})

test('a wrong secret, an unknown id, a revoked, an expired and a broken key are refused in the same words', () => {
  const expired = listOf({ ...RISK, expires: NOON })
  const revoked = listOf(RISK)
  revoked.replace([])
  const refused: readonly (readonly [CallerList, string])[] = [
    [listOf(RISK), createKey('risk')],
    [listOf(RISK), createKey('nobody')],
    [revoked, KEY],
    [expired, KEY],
    [listOf(RISK), 'millrace_'],
    [listOf(MESH), createKey('mesh')],
  ]
  for (const [list, key] of refused) {
    assert.throws(() => list.byKey(key, Date.parse(NOON)), {
      code: 'UNAUTHENTICATED',
      message: 'The API key is not known here, or no longer.',
    })
  }
})

test('a caller is known until the moment of its expiry', () => {
  const last = Date.parse(NOON) - 1
  assert.equal(listOf({ ...RISK, expires: NOON }).byKey(KEY, last).id, 'risk')
  assert.equal(listOf({ ...MESH, expires: NOON }).bySubject('O=Bank,CN=mesh', last)?.id, 'mesh')
  assert.equal(listOf({ ...MESH, expires: NOON }).bySubject('O=Bank,CN=mesh', last + 1), undefined)
})

test('a file of keys with faults is refused with each of them and no value', () => {
  const callers = [
    { id: 'Risk', hash: 'secret', scopes: ['root'], expires: 'soon' },
    { id: 'a', scopes: [] },
    { id: 'b', subject: 'CN=b', hash: RISK.hash, scopes: [] },
    { id: 'c', subject: 'CN=c', scopes: [], password: 'secret' },
  ]
  assert.throws(() => parseCallers(JSON.stringify({ version: 2, callers })), {
    code: 'CONFIG_INVALID',
    message: [
      'The file of keys cannot be used:',
      '- version: must be 1',
      '- callers.0.id: must be small letters, digits and hyphens, at most 64',
      '- callers.0.hash: must be sha256:SALT:DIGEST',
      '- callers.0.scopes.0: must be among score, read-features, write-features, administer-models, read-metrics',
      '- callers.0.expires: must be ISO 8601 with a zone',
      '- callers.1: must have a hash or a subject',
      '- callers.2: must have a hash or a subject',
      '- callers.3: Unrecognized key: "password"',
    ].join('\n'),
  })
})

test('a file of keys that is no JSON, or has an id twice, is refused', () => {
  const message = 'The file of keys cannot be used:\n- file: must be JSON as "millrace keys" writes it'
  for (const text of ['', 'secret', '[]']) assert.throws(() => parseCallers(text), { message })
  assert.throws(() => listOf(RISK, RISK), {
    message: 'The file of keys cannot be used:\n- callers: an id is given twice',
  })
})
