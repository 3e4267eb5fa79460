import { MillraceError } from '@millrace/core'
import { type HttpApp, needs, readJson } from '@millrace/platform/http'
import { z } from 'zod'
import { SeenDeliveries } from './seen-deliveries.ts'
import { isRecent, isSigned } from './webhook-signature.ts'

export interface WebhookOptions {
  /** The secret that the webhook was registered with. */
  readonly secret: string
  /** The name of the model. */
  readonly model: string
  /** Told when the aliases of the model may have changed: to look, not to believe. */
  readonly onHint: () => void
  /** Epoch ms. Default Date.now. */
  readonly now?: () => number
}

/** The path that MLflow is to call. */
export const WEBHOOK_PATH = '/v1/registry/webhook'

const MAX_BODY_BYTES = 65_536

const payload = z.object({ entity: z.string(), data: z.object({ name: z.string() }) })

/**
 * Takes MLflow's webhooks: `POST /v1/registry/webhook`, for the events of `model_version_alias`. A delivery that is
 * not signed with the secret, or not of now, is refused with 401; one that came before, or is about something else,
 * is answered and changes nothing. The signature is the only key to this route.
 */
export function registerRegistryWebhook(app: HttpApp, options: WebhookOptions): void {
  const { secret, model, onHint, now = Date.now } = options
  const seen = new SeenDeliveries()
  app.post(WEBHOOK_PATH, { ...needs('open'), bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
    const headerOf = (name: string): string => String(request.headers[name] ?? '')
    const id = headerOf('x-mlflow-delivery-id')
    const timestamp = headerOf('x-mlflow-timestamp')
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const delivery = { id, timestamp, body, signature: headerOf('x-mlflow-signature') }
    if (!isSigned(delivery, secret) || !isRecent(timestamp, now())) {
      return reply.code(401).send({ error: 'The delivery is not signed with the secret, or is not of now.' })
    }
    if (seen.isNew(id, now()) && concerns(body, model)) onHint()
    return reply.send({})
  })
}

function concerns(body: Buffer, model: string): boolean {
  const result = payload.safeParse(readJson(body))
  if (!result.success) {
    throw new MillraceError('REQUEST_INVALID', 'The delivery is no webhook of MLflow: it names no model.')
  }
  const { entity, data } = result.data
  return entity === 'model_version_alias' && data.name === model
}
