import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { test } from 'node:test'

/** Whose connections and error table are used beyond its public API: read them again before this is changed. */
const KNOWN_VERSION = '2.2.4'

test('kafkajs is exactly the version whose internals are used', () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'))
  assert.equal(manifest.dependencies.kafkajs, KNOWN_VERSION)
  const installed: { version: string } = createRequire(import.meta.url)('kafkajs/package.json')
  assert.equal(installed.version, KNOWN_VERSION)
})
