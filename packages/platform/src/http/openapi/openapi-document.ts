import { z } from 'zod'
import type { Content, RouteDescription } from './describe-route.ts'

/** A route as the application has it. */
export interface DescribedRoute {
  readonly method: string
  /** In fastify's form: `/v2/models/:name`. */
  readonly url: string
  readonly description: RouteDescription
}

type Json = Record<string, unknown>

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of `millrace keys`, or a token of the issuer.',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key of `millrace keys`.' },
}

const FAULT = z
  .looseObject({ error: z.string().describe('What is wrong, and what to do; never a value of the request.') })
  .meta({ id: 'Error' })

/** The OpenAPI 3.1 document of the routes. */
export function openApiDocument(
  info: { readonly title: string; readonly version: string },
  routes: readonly DescribedRoute[],
): Json {
  const schemas = new Schemas()
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = templateOf(route.url)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info,
    tags: [...new Set(routes.map(({ description }) => description.tag))].map(name => ({ name })),
    paths,
    components: { schemas: schemas.named, securitySchemes: SECURITY_SCHEMES },
  }
}

/** `/v1/models/:name(^[^/:]+)::predict` as OpenAPI writes it: `/v1/models/{name}:predict`. */
export function templateOf(url: string): string {
  return url.replaceAll(/(?<!:):(\w+)(\([^)]*\))?/g, '{$1}').replaceAll('::', ':')
}

function operationOf({ method, url, description }: DescribedRoute, schemas: Schemas): Json {
  const { tag, summary, scope, body, bodyIsOptional = false } = description
  const parameters = parametersOf(url, description)
  return {
    tags: [tag],
    summary,
    operationId: operationIdOf(method, url),
    security: scope === 'open' ? [] : [{ bearer: [] }, { apiKey: [] }],
    'x-scope': scope,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !bodyIsOptional, content: schemas.contentOf(body, 'input') } }),
    responses: responsesOf(description, schemas),
  }
}

function operationIdOf(method: string, url: string): string {
  const words = templateOf(url).split(/[^A-Za-z0-9]+/)
  return [method.toLowerCase(), ...words.filter(word => word !== '')].join('_')
}

function parametersOf(url: string, { path = {}, query = {}, headers = {} }: RouteDescription): Json[] {
  const inPath = [...templateOf(url).matchAll(/\{(\w+)\}/g)].map(match => match[1]!)
  const schema = { type: 'string' }
  return [
    ...inPath.map(name => ({ name, in: 'path', required: true, description: path[name] ?? name, schema })),
    ...Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema })),
    ...Object.entries(headers).map(([name, description]) => ({ name, in: 'header', description, schema })),
  ]
}

function responsesOf({ answers, fault = FAULT }: RouteDescription, schemas: Schemas): Json {
  const responses: Json = {}
  for (const [status, contents] of Object.entries(answers)) {
    const description = Number(status) < 400 ? 'The answer.' : 'Not now, or not so.'
    const content = contents.length > 0 && { content: schemas.contentOf(contents, 'output') }
    responses[status] = { description, ...content }
  }
  responses['default'] = { description: 'What went wrong.', content: schemas.contentOf([fault], 'output') }
  return responses
}

/** Collects the schemas that have names, so that each stands in the document once. */
class Schemas {
  readonly named: Record<string, unknown> = {}

  contentOf(contents: readonly Content[], io: 'input' | 'output'): Json {
    const entries = contents.map(content =>
      content instanceof z.ZodType
        ? (['application/json', { schema: this.#refer(content, io) }] as const)
        : ([content.type, {}] as const),
    )
    return Object.fromEntries(entries)
  }

  #refer(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs,
      id,
      ...own
    } = hoisted(z.toJSONSchema(schema, { io, reused: 'inline' }) as Json)
    for (const [name, { id: _, ...definition }] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      this.named[name] ??= definition
    }
    if (typeof id !== 'string') return own
    this.named[id] ??= own
    return { $ref: `#/components/schemas/${id}` }
  }
}

/** zod keeps what is shared beside each schema; a document has one place for all. */
function hoisted(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
