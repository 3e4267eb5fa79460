import { constants, type ServerHttp2Stream } from 'node:http2'
import { MESSAGE_ENCODINGS } from './inflate.ts'
import { type CallStatus, trailersOf } from './status.ts'

export const HEADERS = { ':status': 200, 'content-type': 'application/grpc' }

const ENDING = { endStream: true, sendDate: false }

/** Ends a call that has not been answered. */
export function refuse(stream: ServerHttp2Stream, status: CallStatus): void {
  if (stream.closed || stream.headersSent) return
  stream.respond({ ...HEADERS, 'grpc-accept-encoding': MESSAGE_ENCODINGS, ...trailersOf(status) }, ENDING)
  if (stream.readableEnded) return
  stream.resume()
  // Without a reset the client would go on sending what nobody reads; one that is sent in the same turn would overtake
  // the answer.
  setImmediate(() => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
  })
}
