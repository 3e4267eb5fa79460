import { createRequire } from 'node:module'

let isQuiet = false

interface InFlight {
  readonly sentAt: number
  readonly requestTimeout: number
  timeoutRequest(): void
}

interface RequestQueue {
  readonly enforceRequestTimeout: boolean
  readonly pending: readonly unknown[]
  readonly inflight: ReadonlyMap<number, InFlight>
  readonly isConnected: () => boolean
  requestTimeoutIntervalId: NodeJS.Timeout
  destroy(): void
  scheduleCheckPendingRequests(): void
  scheduleRequestTimeoutCheck(): void
}

/** How often a connection looks for requests whose time, many seconds, is over (ms). */
const TIMEOUT_LOOKS_MS = 1_000

/** Quiets the timers that kafkajs 2.2.4 has on every connection, five of them in an idle stage. */
export function quietQueues(): void {
  if (isQuiet) return
  isQuiet = true
  const { prototype }: { prototype: RequestQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  )
  lookOnlyWhenRequestsWait(prototype)
  lookRarelyForTimeouts(prototype)
}

/**
 * A defect (its issues 1704 and 1751): from the first answer on, each connection looks every millisecond whether requests
 * wait, with a timer whose delay is negative. Waiting ones are rare: the queue is to look only while there are some, as
 * every request that has to wait makes it do anyway.
 */
function lookOnlyWhenRequestsWait(prototype: RequestQueue): void {
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
}

/** It looks every 100 ms, and keeps the process running for a last look when the connection has gone. */
function lookRarelyForTimeouts(prototype: RequestQueue): void {
  prototype.scheduleRequestTimeoutCheck = function (this: RequestQueue) {
    if (!this.enforceRequestTimeout) return
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(() => {
      for (const request of this.inflight.values())
        if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest()
      if (!this.isConnected()) this.destroy()
    }, TIMEOUT_LOOKS_MS).unref()
  }
}
