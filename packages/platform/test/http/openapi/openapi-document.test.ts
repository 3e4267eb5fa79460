import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { RouteDescription } from '../../../src/http/openapi/describe-route.ts'
import { openApiDocument, templateOf } from '../../../src/http/openapi/openapi-document.ts'

const CARD = z.strictObject({ id: z.string() }).meta({ id: 'Card' })

const description: RouteDescription = {
  scope: 'score',
  tag: 'cards',
  summary: 'A card.',
  path: { name: 'its name' },
  query: { asOf: 'a time' },
  answers: { 200: [z.array(CARD), { type: 'text/plain' }], 204: [] },
}

const documentOf = (...routes: Parameters<typeof openApiDocument>[1]) =>
  openApiDocument({ title: 'Test', version: '1' }, routes) as {
    readonly paths: Record<string, Record<string, Record<string, unknown>>>
    readonly components: { readonly schemas: Record<string, unknown> }
  }

for (const [url, template] of [
  ['/v2/models/:name/versions/:version', '/v2/models/{name}/versions/{version}'],
  ['/v1/models/:name(^[^/:]+)::predict', '/v1/models/{name}:predict'],
  ['/livez', '/livez'],
]) {
  test(`${url} is written ${template}`, () => assert.equal(templateOf(url!), template))
}

test('an operation has its parameters, its scope, and its answers', () => {
  const { paths, components } = documentOf({ method: 'GET', url: '/cards/:name', description })
  const { get } = paths['/cards/{name}']!
  assert.deepEqual(get!['parameters'], [
    { name: 'name', in: 'path', required: true, description: 'its name', schema: { type: 'string' } },
    { name: 'asOf', in: 'query', description: 'a time', schema: { type: 'string' } },
  ])
  assert.deepEqual([get!['operationId'], get!['x-scope']], ['get_cards_name', 'score'])
  assert.deepEqual(get!['security'], [{ bearer: [] }, { apiKey: [] }])
  assert.deepEqual(get!['responses'], {
    200: {
      description: 'The answer.',
      content: {
        'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Card' } } },
        'text/plain': {},
      },
    },
    204: { description: 'The answer.' },
    default: {
      description: 'What went wrong.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  })
  assert.deepEqual(Object.keys(components.schemas).toSorted(), ['Card', 'Error'])
})

test('routes of one path stand together, and a schema with a name stands there once', () => {
  const body = { ...description, body: [CARD], scope: 'open' as const }
  const { paths, components } = documentOf(
    { method: 'GET', url: '/cards', description },
    { method: 'POST', url: '/cards', description: body },
  )
  assert.deepEqual(Object.keys(paths['/cards']!), ['get', 'post'])
  assert.deepEqual(paths['/cards']!['post']!['security'], [])
  assert.deepEqual(paths['/cards']!['post']!['requestBody'], {
    required: true,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Card' } } },
  })
  assert.deepEqual(components.schemas['Card'], {
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  })
})

test('errors that are not ours by form are described by their own', () => {
  const fault = z.string().meta({ id: 'Fault' })
  const { paths } = documentOf({ method: 'GET', url: '/x', description: { ...description, fault } })
  const { default: answer } = paths['/x']!['get']!['responses'] as Record<string, unknown>
  assert.deepEqual(answer, {
    description: 'What went wrong.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
  })
})
