import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { described } from './describe-route.ts'
import { type DescribedRoute, openApiDocument } from './openapi-document.ts'

const DOCUMENT = described({
  scope: 'open',
  tag: 'operation',
  summary: 'This document: the routes of this service, by OpenAPI 3.1.',
  answers: { 200: [z.looseObject({ openapi: z.string() })] },
})

const UNDESCRIBED = new WeakMap<FastifyInstance, string[]>()

/** Serves, at `/openapi.json`, what the routes that are added from now on say of themselves by `described`. */
export function serveOpenApi(
  app: FastifyInstance,
  info: { readonly title: string; readonly version: string },
): void {
  const routes: DescribedRoute[] = []
  const undescribed: string[] = []
  UNDESCRIBED.set(app, undescribed)
  app.addHook('onRoute', ({ method: methods, url, config }) => {
    for (const method of [methods].flat()) {
      if (method === 'HEAD') continue
      if (config?.description === undefined) undescribed.push(`${method} ${url}`)
      else routes.push({ method, url, description: config.description })
    }
  })
  let document: string | undefined
  app.get('/openapi.json', DOCUMENT, (_, reply) => {
    document ??= JSON.stringify(openApiDocument(info, routes))
    return reply.type('application/json; charset=utf-8').send(document)
  })
}

/** The routes that are not in the document since they say nothing of themselves, each as `GET /path`. */
export function undescribedRoutes(app: FastifyInstance): readonly string[] {
  return UNDESCRIBED.get(app) ?? []
}
