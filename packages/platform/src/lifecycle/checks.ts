/** What one check of a service says now. */
export interface Check {
  readonly name: string
  /** `tolerated`: something is wrong, and the service does its work without it. */
  readonly verdict: 'ok' | 'failed' | 'tolerated'
  /** What is wrong, by whoever says so: `(score): silent for more than 6 s`, or the reason alone. */
  readonly faults: readonly string[]
}

/** What several checks come to. */
export interface Verdict {
  readonly ok: boolean
  /** `check: fault` of everything that failed. */
  readonly reasons: readonly string[]
  /** The same of everything that is tolerated. */
  readonly degraded: readonly string[]
}

interface Entry {
  /** Reasons by whoever gave them; the part itself is `''`. */
  readonly faults: Map<string, string>
  /** Whether it was once without a fault. */
  isProven: boolean
}

/** Gathers what the parts of a service say about themselves. Several may speak of the same check, each for itself. */
export class Checks {
  readonly #entries = new Map<string, Entry>()
  readonly #dispensable = new Set<string>()

  /** Tells whether a check is passed; `reason` says what is wrong when it is not, and `by` who says so. */
  report(name: string, isPassed: boolean, reason: string, by = ''): void {
    const entry = this.#entryOf(name)
    if (isPassed) entry.faults.delete(by)
    else entry.faults.set(by, reason)
    entry.isProven ||= entry.faults.size === 0
  }

  /** From now on these checks only count until they were passed once. */
  tolerate(names: readonly string[]): void {
    for (const name of names) this.#dispensable.add(name)
  }

  /** In the order in which they were first heard of. */
  list(): readonly Check[] {
    return [...this.#entries].map(([name, { faults, isProven }]) => ({
      name,
      verdict: faults.size === 0 ? 'ok' : isProven && this.#dispensable.has(name) ? 'tolerated' : 'failed',
      faults: [...faults].map(([by, reason]) => (by === '' ? reason : `(${by}): ${reason}`)),
    }))
  }

  #entryOf(name: string): Entry {
    const known = this.#entries.get(name)
    if (known !== undefined) return known
    const entry = { faults: new Map<string, string>(), isProven: false }
    this.#entries.set(name, entry)
    return entry
  }
}

/** Whether all of these checks are passed or tolerated. */
export function judge(checks: readonly Check[]): Verdict {
  const reasons = faultsOf(checks, 'failed')
  return { ok: reasons.length === 0, reasons, degraded: faultsOf(checks, 'tolerated') }
}

function faultsOf(checks: readonly Check[], wanted: Check['verdict']): string[] {
  return checks
    .filter(({ verdict }) => verdict === wanted)
    .flatMap(({ name, faults }) =>
      faults.map(fault => `${name}${fault.startsWith('(') ? ' ' : ': '}${fault}`),
    )
}
