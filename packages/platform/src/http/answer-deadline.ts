import { Slots } from '@millrace/core'
import type { FastifyInstance, FastifyReply } from 'fastify'

declare module 'fastify' {
  interface FastifyReply {
    /** Its place among those that are under way. */
    slot?: number | undefined
  }
}

/**
 * Answers requests by 503 that have waited for an answer for `limitMs`. fastify's own `handlerTimeout` forgets a request
 * as soon as its body has been read, and costs an abort signal for each.
 */
export function limitAnswers(app: FastifyInstance, limitMs: number): void {
  const open = new Slots<FastifyReply>()
  app.decorateReply('slot', undefined)
  app.addHook('onRequest', (_, reply, done) => {
    open.add(reply)
    done()
  })
  app.addHook('onResponse', (_, reply, done) => {
    open.delete(reply)
    done()
  })
  const sweep = setInterval(() => giveUpLate(open, limitMs), Math.ceil(limitMs / 10))
  sweep.unref()
  app.addHook('onClose', async () => clearInterval(sweep))
}

function giveUpLate(open: Slots<FastifyReply>, limitMs: number): void {
  for (const reply of open) {
    if (reply.elapsedTime < limitMs) continue
    open.delete(reply)
    giveUp(reply)
  }
}

/** An answer that has begun cannot be another one: it is cut off. */
function giveUp(reply: FastifyReply): void {
  if (reply.raw.headersSent) reply.raw.destroy()
  else if (!reply.sent) reply.send(Object.assign(new Error('no answer in time'), { statusCode: 503 }))
}
