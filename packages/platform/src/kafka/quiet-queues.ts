import { createRequire } from 'node:module'

let isQuiet = false

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * A defect of kafkajs 2.2.4 (its issues 1704 and 1751): from the first answer on, each connection looks every
 * millisecond whether requests wait, with a timer whose delay is negative. Waiting ones are rare: the queue is to look
 * only while there are some, as every request that has to wait makes it do anyway.
 */
export function quietQueues(): void {
  if (isQuiet) return
  isQuiet = true
  const { prototype }: { prototype: RequestQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  )
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
}
