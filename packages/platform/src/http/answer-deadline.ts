import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * Answers requests by 503 that have waited for an answer for `limitMs`. fastify's own `handlerTimeout` forgets a request
 * as soon as its body has been read, and costs an abort signal for each.
 */
export function limitAnswers(app: FastifyInstance, limitMs: number): void {
  /** When each request came, the oldest first. */
  const open = new Map<FastifyReply, number>()
  app.addHook('onRequest', (_, reply, done) => {
    open.set(reply, performance.now())
    done()
  })
  app.addHook('onResponse', (_, reply, done) => {
    open.delete(reply)
    done()
  })
  const sweep = setInterval(
    () => {
      const latest = performance.now() - limitMs
      for (const [reply, since] of open) {
        if (since > latest) break
        open.delete(reply)
        giveUp(reply)
      }
    },
    Math.ceil(limitMs / 10),
  )
  sweep.unref()
  app.addHook('onClose', async () => clearInterval(sweep))
}

/** An answer that has begun cannot be another one: it is cut off. */
function giveUp(reply: FastifyReply): void {
  if (reply.raw.headersSent) reply.raw.destroy()
  else if (!reply.sent) reply.send(Object.assign(new Error('no answer in time'), { statusCode: 503 }))
}
