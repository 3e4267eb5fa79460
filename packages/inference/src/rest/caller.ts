import type { HttpReply, HttpRequest } from '@millrace/platform/http'
import type { InferOptions } from '../batching/batch-queue.ts'

/**
 * Until when, and whether at all, the sender of a request waits for the model: not when it has hung up, and not when it
 * was told that the answer takes too long. `timeout` is how long it waits at the most (µs).
 */
export function waitingFor({ raw }: HttpRequest, reply: HttpReply, timeout?: number): InferOptions {
  const isWanted = (): boolean => !raw.socket.destroyed && !reply.sent
  return timeout === undefined ? { isWanted } : { isWanted, deadline: performance.now() + timeout / 1_000 }
}
