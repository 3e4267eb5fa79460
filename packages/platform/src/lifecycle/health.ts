import { Checks, judge } from './checks.ts'

/** Whether a service can do its work now, and if not, why. */
export interface Readiness {
  readonly ready: boolean
  /** `part: reason` of everything that is not ready. */
  readonly reasons: readonly string[]
  /** The same of everything that is not ready and that the service does its work without. */
  readonly degraded: readonly string[]
}

const SHUTDOWN = 'shutdown'

/**
 * What a service says about itself to those who run it. It is ready when none of its parts is not, and live unless only
 * a new process can mend it.
 */
export class Health {
  readonly readiness = new Checks()
  readonly liveness = new Checks()
  #isShuttingDown = false

  constructor() {
    this.ready(SHUTDOWN, true)
  }

  /** Tells whether a part is ready; `reason` says what it waits for when it is not, and `by` who says so. */
  ready(part: string, isReady: boolean, reason = 'not ready', by?: string): void {
    this.readiness.report(part, isReady, reason, by)
  }

  /** Once these parts were ready, the service does its work without them as well. */
  doWithout(...parts: readonly string[]): void {
    this.readiness.tolerate(parts)
  }

  /** New requests are for others from now on; those that come are answered still. */
  shutDown(): void {
    this.#isShuttingDown = true
    this.ready(SHUTDOWN, false, 'in progress')
  }

  get isShuttingDown(): boolean {
    return this.#isShuttingDown
  }

  state(): Readiness {
    const { ok, reasons, degraded } = judge(this.readiness.list())
    return { ready: ok, reasons, degraded }
  }
}
