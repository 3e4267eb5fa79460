import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { MillraceError } from '@millrace/core'
import type { FastifyInstance } from 'fastify'
import { answerWithStatus } from './error-answer.ts'

const STATUS_OF_PARSER_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/** Answers, on the socket itself, what never became a request: broken HTTP, too long headers, a stalled sender. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, body } = answerWithStatus(STATUS_OF_PARSER_ERROR[error.code ?? ''] ?? 400)
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/** Answers a request that expects what is not offered; Node would answer without a word. */
export function answerExpectation(_: IncomingMessage, response: ServerResponse): void {
  const { status, body } = answerWithStatus(417)
  response.writeHead(status, { connection: 'close', 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

/** Refuses requests of HTTP/1.1 that name no host, as it demands; Node would do so without a word. */
export function refuseHostless(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers, httpVersion } }, _, done) => {
    if (headers.host !== undefined || httpVersion !== '1.1') done()
    else done(new MillraceError('REQUEST_INVALID', 'The header Host is missing.'))
  })
}
