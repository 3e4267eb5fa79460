import type { TestContext } from 'node:test'
import { Health, type MetricsRegistry } from '@millrace/platform'
import { createHttpApp, type HttpApp } from '@millrace/platform/http'
import type { InferenceRoutesOptions } from '../../src/rest/inference-routes-options.ts'
import { registerInferenceRoutes } from '../../src/rest/oip-routes.ts'
import type { ServedModel, ServedModels } from '../../src/served/served-models.ts'
import { singleModel } from '../../src/served/single-model.ts'

export const SERVER = { name: 'millrace', version: '1.2.3' }

/** The routes of models, or of one, without a port. */
export function serveModels(
  t: Pick<TestContext, 'after'>,
  served: ServedModels | ServedModel,
  options: Partial<InferenceRoutesOptions> = {},
): HttpApp {
  const health = new Health()
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health })
  t.after(() => app.close())
  const models = 'find' in served ? served : singleModel(served)
  registerInferenceRoutes(app, { models, health, server: SERVER, ...options })
  return app
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Posts JSON, or a body as it is, and reads the answer's JSON. */
export async function post(app: HttpApp, url: string, body?: unknown, headers = {}): Promise<Answer> {
  const raw = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const response = await app.inject({
    method: 'POST',
    url,
    headers,
    ...(raw !== undefined && { body: Buffer.from(raw) }),
  })
  return { status: response.statusCode, body: response.json() }
}

export async function get(app: HttpApp, url: string): Promise<Answer> {
  const response = await app.inject(url)
  return { status: response.statusCode, body: response.json() }
}
