import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlannedTopic } from '@millrace/core'
import { registerSchemas } from '../../src/deploy/register-schemas.ts'
import type { SchemaDirectory } from '../../src/registry/schema-directory.ts'

const planned = (name: string, format: PlannedTopic['format']): PlannedTopic => ({
  name,
  role: 'raw',
  partitions: 1,
  retentionMs: 0,
  maxMessageBytes: 0,
  format,
})

const PLAN = [
  planned('a', { kind: 'avro', schema: 'string' }),
  planned('b', { kind: 'json', schema: {} }),
  planned('c', { kind: 'original' }),
  planned('d', { kind: 'avro', schema: 'long' }),
]

function directoryThat(register: SchemaDirectory['register']): SchemaDirectory {
  return { register } as SchemaDirectory
}

test('the schemas of the topics that carry Avro are registered under their subjects', async () => {
  const registered: unknown[] = []
  const directory = directoryThat(async (subject, schema) => registered.push([subject, schema]))
  const ids = await registerSchemas(directory, PLAN)
  assert.deepStrictEqual(registered, [
    ['a-value', 'string'],
    ['d-value', 'long'],
  ])
  assert.deepStrictEqual(Object.fromEntries(ids), { 'a-value': 1, 'd-value': 2 })
})

test('an incompatible schema is a fault of the declaration, trouble with the registry is not', async () => {
  const failing = (error: object): SchemaDirectory =>
    directoryThat(async () => {
      throw Object.assign(new Error('no'), error)
    })
  await assert.rejects(registerSchemas(failing({ status: 409 }), PLAN), {
    code: 'DECLARATION_INVALID',
    message: /^The registry refuses the schema of a-value: no\./,
  })
  await assert.rejects(registerSchemas(failing({}), PLAN), { code: 'REGISTRY_UNAVAILABLE' })
})
