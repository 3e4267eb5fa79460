import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { AvroSchema } from '@millrace/core'
import { SchemaDirectory } from '../../src/registry/schema-directory.ts'

const SCHEMA = { type: 'record', name: 'Payment', fields: [{ name: 'id', type: 'string' }] }

/** A registry that answers a path with a status and a body, and everything else with 404. */
async function startRegistry(
  t: TestContext,
  answers: Readonly<Record<string, readonly [status: number, body: unknown]>>,
  login = '',
): Promise<{ directory: SchemaDirectory; asked: string[]; authorizations: Set<string | undefined> }> {
  const asked: string[] = []
  const authorizations = new Set<string | undefined>()
  const answer: RequestListener = (request, response) => {
    asked.push(request.url!)
    authorizations.add(request.headers.authorization)
    const [status, body] = answers[request.url!] ?? [404, { error_code: 40_403, message: 'Schema not found' }]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { directory: new SchemaDirectory(`http://${login}127.0.0.1:${port}`), asked, authorizations }
}

test('the schema of an id is looked up once', async t => {
  const { directory, asked } = await startRegistry(t, {
    '/schemas/ids/3': [200, { schema: JSON.stringify(SCHEMA) }],
  })
  assert.equal(directory.known(3), undefined)
  const type = await directory.typeOf(3)
  assert.equal(await directory.typeOf(3), type)
  assert.equal(directory.known(3), type)
  assert.deepStrictEqual({ ...type.fromBuffer(type.toBuffer({ id: 'p' })) }, { id: 'p' })
  assert.deepStrictEqual(asked, ['/schemas/ids/3'])
})

test('the login of the address comes with every request, and is no part of the address', async t => {
  const answers = {
    '/subjects': [200, []],
    '/schemas/ids/3': [200, { schema: JSON.stringify(SCHEMA) }],
  } as const
  const { directory, authorizations } = await startRegistry(t, answers, 'key:a%2Fb%40c@')
  await directory.reach()
  await directory.typeOf(3)
  assert.deepStrictEqual([...authorizations], [`Basic ${Buffer.from('key:a/b@c').toString('base64')}`])
})

test('an id that the registry does not know is SCHEMA_UNKNOWN, and not asked for again at once', async t => {
  const { directory, asked } = await startRegistry(t, {})
  for (let i = 0; i < 3; i++) {
    await assert.rejects(directory.typeOf(4), { code: 'SCHEMA_UNKNOWN', details: { id: 4 } })
  }
  assert.deepStrictEqual(asked, ['/schemas/ids/4'])
})

test('a registry in trouble is REGISTRY_UNAVAILABLE, and asked again', async t => {
  const { directory, asked } = await startRegistry(t, { '/schemas/ids/5': [500, { message: 'trouble' }] })
  await assert.rejects(directory.typeOf(5), { code: 'REGISTRY_UNAVAILABLE' })
  const before = asked.length
  await assert.rejects(directory.typeOf(5), { code: 'REGISTRY_UNAVAILABLE' })
  assert.ok(asked.length > before)
})

test('the id of a schema that is not registered is SCHEMA_UNKNOWN, with what to do', async t => {
  const { directory } = await startRegistry(t, {})
  await assert.rejects(directory.idOf('payments-value', SCHEMA as AvroSchema), {
    code: 'SCHEMA_UNKNOWN',
    message:
      'The schema of payments-value is not registered: run "millrace deploy" first, or again if the registry lost its schemas.',
  })
})
