import { constants, type ServerHttp2Stream } from 'node:http2'
import { MESSAGE_ENCODINGS } from './inflate.ts'
import { type CallStatus, trailersOf } from './status.ts'

export const HEADERS = { ':status': 200, 'content-type': 'application/grpc' }

const ENDING = { endStream: true, sendDate: false }

/** Ends a call that has not been answered. */
export function refuse(stream: ServerHttp2Stream, status: CallStatus): void {
  if (stream.closed || stream.headersSent) return
  stream.respond({ ...HEADERS, 'grpc-accept-encoding': MESSAGE_ENCODINGS, ...trailersOf(status) }, ENDING)
  endReading(stream)
}

/** Lets go of what still comes: without this a client would go on sending. */
export function endReading(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return
  stream.resume()
  stream.close(constants.NGHTTP2_NO_ERROR)
}
