import type { FastifyReply } from 'fastify'

/** Whether the caller still waits for this answer: it has not gone, and has not been told that its time is over. */
export function isAwaited({ raw }: FastifyReply): boolean {
  return !raw.writableEnded && !raw.destroyed
}
