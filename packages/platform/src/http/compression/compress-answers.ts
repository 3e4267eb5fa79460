import { promisify } from 'node:util'
import { deflate, gzip, type ZlibOptions } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { preferredEncoding } from './preferred-encoding.ts'

/**
 * Bytes from which on an answer is worth compressing. A smaller one leaves in the first flight of a TCP connection (ten
 * segments), so that nobody would have it sooner.
 */
export const COMPRESS_FROM = 14_336

/** Level 1: the others take two to three times as long for a few per cent. In Node's thread pool. */
const OPTIONS: ZlibOptions = { level: 1 }
const ENCODERS = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gzip),
  deflate: promisify<Buffer, ZlibOptions, Buffer>(deflate),
}

/** Compresses answers of at least `fromBytes` for clients whose Accept-Encoding asks for it. */
export function compressAnswers(app: FastifyInstance, fromBytes: number): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const body = bytesOf(payload, fromBytes)
    if (body === undefined || request.method === 'HEAD' || reply.hasHeader('content-encoding')) return done()
    reply.header('vary', 'accept-encoding')
    const encoding = preferredEncoding(request.headers['accept-encoding'])
    if (encoding === undefined) return done()
    ENCODERS[encoding](body, OPTIONS).then(compressed => {
      reply.header('content-encoding', encoding)
      reply.removeHeader('content-length')
      done(null, compressed)
    }, done)
  })
}

/** The bytes of a payload that has enough of them. A text has at least as many bytes as characters. */
function bytesOf(payload: unknown, fromBytes: number): Buffer | undefined {
  if (typeof payload === 'string') return payload.length < fromBytes ? undefined : Buffer.from(payload)
  return Buffer.isBuffer(payload) && payload.length >= fromBytes ? payload : undefined
}
