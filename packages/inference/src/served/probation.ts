import type { InferenceStatistics } from '../batching/statistics.ts'

/** What a new version must keep to until it is trusted. */
export interface ProbationLimits {
  /** How long it lasts (ms). Default 60,000. */
  readonly duration?: number
  /** Requests before anything is judged. Default 20. */
  readonly minRequests?: number
  /** The largest share of requests that may fail. Default 0.1. */
  readonly maxFailed?: number
  /** The largest share of answered requests that may be slower than the latency budget. Default 0.1. */
  readonly maxSlow?: number
}

/** How often a version on probation is looked at (ms). */
const LOOK_EVERY = 250

/** Looks at what a version does until it has passed; told once, unless it is ended before. */
export class Probation {
  readonly #looks: NodeJS.Timeout

  /** `onEnd` is told why the version is not to serve, or nothing when it has passed. */
  constructor(
    statistics: () => InferenceStatistics,
    limits: ProbationLimits,
    onEnd: (fault: string | undefined) => void,
  ) {
    const until = performance.now() + (limits.duration ?? 60_000)
    this.#looks = setInterval(() => {
      const fault = faultOf(statistics(), limits)
      if (fault === undefined && performance.now() < until) return
      this.end()
      onEnd(fault)
    }, LOOK_EVERY)
    this.#looks.unref()
  }

  end(): void {
    clearInterval(this.#looks)
  }
}

/** Says in words why a version is not to serve, or nothing while it keeps to its limits. */
export function faultOf(
  { succeeded, failed, slow }: Pick<InferenceStatistics, 'succeeded' | 'failed' | 'slow'>,
  { minRequests = 20, maxFailed = 0.1, maxSlow = 0.1 }: ProbationLimits,
): string | undefined {
  const requests = succeeded.count + failed.count
  if (requests < minRequests) return undefined
  if (failed.count > maxFailed * requests) return `${failed.count} of its first ${requests} requests failed`
  if (slow > maxSlow * succeeded.count)
    return `${slow} of its first ${succeeded.count} answers took longer than the latency budget`
  return undefined
}
