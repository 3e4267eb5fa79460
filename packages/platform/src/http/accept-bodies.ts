import type { FastifyInstance } from 'fastify'
import { decoderOf, inflateBody } from './compression/inflate-body.ts'

/**
 * Takes bodies as Buffers, whatever their type, inflated where they came compressed. The type is forgotten before
 * anything reads it: fastify refuses a malformed one even where every type will do.
 */
export function acceptBodies(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    request.raw.headers['content-type'] = undefined
    done()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding === 'identity') return done(null, body)
    const decode = decoderOf(encoding)
    if (decode === undefined)
      return done(Object.assign(new Error('unsupported encoding'), { statusCode: 415 }))
    const limit = request.routeOptions.bodyLimit ?? app.initialConfig.bodyLimit!
    inflateBody(body, decode, limit).then(inflated => done(null, inflated), done)
  })
}
