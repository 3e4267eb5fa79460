import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AvroSchema } from '@millrace/core'
import { AvroSerde, unframe } from '../../src/registry/avro-serde.ts'
import { avroTypeOf, type SchemaDirectory } from '../../src/registry/schema-directory.ts'

interface Payment {
  readonly id: string
  readonly amount: number
}

const record = (fields: readonly object[]): AvroSchema =>
  ({ type: 'record', name: 'Payment', fields }) as unknown as AvroSchema
const id = { name: 'id', type: 'string' }
const amount = { name: 'amount', type: 'double', default: 0 }

/** A directory that knows schemas by id, and counts how often it is asked. */
class FakeDirectory {
  asked = 0
  readonly forgotten: number[] = []
  readonly #schemas: Readonly<Record<number, AvroSchema>>

  constructor(schemas: Readonly<Record<number, AvroSchema>>) {
    this.#schemas = schemas
  }

  async find(schemaId: number): Promise<unknown> {
    this.asked++
    const schema = this.#schemas[schemaId]
    return schema && avroTypeOf(schema)
  }

  reportForgotten(schemaId: number): void {
    this.forgotten.push(schemaId)
  }
}

function serdeOf(
  fields: readonly object[],
  schemaId: number,
  directory = new FakeDirectory({}),
): AvroSerde<Payment> {
  return new AvroSerde(avroTypeOf(record(fields)), schemaId, directory as unknown as SchemaDirectory)
}

test('a value is framed with its schema id, and read without asking the registry', async () => {
  const directory = new FakeDirectory({})
  const serde = serdeOf([id, amount], 0x01020304, directory)
  const framed = serde.encode({ id: 'p', amount: 1.5 })
  assert.deepStrictEqual([...framed.subarray(0, 5)], [0, 1, 2, 3, 4])
  assert.equal(unframe(framed)!.schemaId, 0x01020304)
  await serde.prepare([framed])
  assert.deepStrictEqual({ ...serde.decode(framed) }, { id: 'p', amount: 1.5 })
  assert.equal(directory.asked, 0)
})

test('values of a compatible schema are resolved, which is looked up once', async () => {
  const directory = new FakeDirectory({ 1: record([id]) })
  const old = serdeOf([id], 1).encode({ id: 'p', amount: 9 })
  const serde = serdeOf([id, amount], 2, directory)
  await serde.prepare([old, null, old])
  await serde.prepare([old])
  assert.deepStrictEqual({ ...serde.decode(old) }, { id: 'p', amount: 0 })
  assert.equal(directory.asked, 1)
})

test('values under an id that the registry has lost, or gave to another record, are read by the own schema', async () => {
  const label: AvroSchema = { type: 'record', name: 'Label', fields: [id] }
  const directory = new FakeDirectory({ 8: label })
  const serde = serdeOf([id, amount], 2, directory)
  for (const lost of [7, 8]) {
    const value = serdeOf([id, amount], lost).encode({ id: 'p', amount: 9 })
    await serde.prepare([value, value])
    assert.deepStrictEqual({ ...serde.decode(value) }, { id: 'p', amount: 9 })
  }
  assert.deepStrictEqual(directory.forgotten, [7, 8])
})

test('a value of another schema under an id that the registry has lost is RECORD_UNREADABLE', async () => {
  const value = serdeOf([id], 7).encode({ id: 'p', amount: 0 })
  const serde = serdeOf([id, amount], 2)
  await serde.prepare([value])
  assert.throws(() => serde.decode(value), { code: 'RECORD_UNREADABLE' })
})

test('a record of the same name that does not fit ours is RECORD_UNREADABLE', async () => {
  const directory = new FakeDirectory({ 1: record([{ name: 'id', type: 'boolean' }]) })
  const value = Buffer.of(0, 0, 0, 0, 1, 1)
  await assert.rejects(serdeOf([id], 2, directory).prepare([value]), { code: 'RECORD_UNREADABLE' })
})

test('what is no datum of its schema is RECORD_UNREADABLE', () => {
  const serde = serdeOf([id, amount], 2)
  const cut = serde.encode({ id: 'payment', amount: 1 }).subarray(0, 9)
  for (const value of [null, Buffer.alloc(0), Buffer.from('{}'), Buffer.of(0, 0, 0, 0, 2), cut]) {
    assert.throws(() => serde.decode(value), { code: 'RECORD_UNREADABLE' })
  }
})
