import { Slots } from '@millrace/core'
import type { Call } from './call.ts'
import { STATUS } from './status.ts'

const SWEEP_MS = 100

/** The calls that are open. One look at all of them, ten times a second, is cheaper than a timer for each. */
export class OpenCalls {
  readonly #answerTimeout: number
  readonly #calls = new Slots<Call>()
  readonly #sweeps: NodeJS.Timeout

  /** @param answerTimeout how long a call with one answer may take (ms) */
  constructor(answerTimeout: number) {
    this.#answerTimeout = answerTimeout
    this.#sweeps = setInterval(() => this.#sweep(performance.now()), SWEEP_MS)
    this.#sweeps.unref()
  }

  add(call: Call): void {
    this.#calls.add(call)
  }

  delete(call: Call): void {
    this.#calls.delete(call)
    call.release()
  }

  /** Ends the calls that would go on for as long as their clients like. */
  endOpenEnded(): void {
    for (const call of this.#calls) {
      if (call.isOpenEnded) call.end({ code: STATUS.unavailable, message: 'The server stops.' })
    }
  }

  stop(): void {
    clearInterval(this.#sweeps)
  }

  #sweep(now: number): void {
    for (const call of this.#calls) {
      if (call.deadline !== undefined && call.deadline <= now) {
        call.end({ code: STATUS.deadlineExceeded, message: 'The deadline of the request has passed.' })
      } else if (!call.isOpenEnded && now - call.since > this.#answerTimeout) {
        const message = 'The request could not be answered in time: try again.'
        call.end({ code: STATUS.unavailable, message })
      } else call.look()
    }
  }
}
