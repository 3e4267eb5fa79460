import { RECORD_OUTCOMES, type RecordOutcome } from '@millrace/core'

/** Records of one input that came to one outcome. */
export interface OutcomeCount {
  readonly input: number
  readonly outcome: RecordOutcome
  readonly records: number
}

/** Counts what became of the records of a partition. */
export class RecordCounts {
  /** Outcome by outcome of the first input, then of the next. */
  readonly #counts: number[]

  constructor(inputs: number) {
    this.#counts = Array(inputs * RECORD_OUTCOMES.length).fill(0)
  }

  add(input: number, outcome: RecordOutcome): void {
    this.#counts[input * RECORD_OUTCOMES.length + RECORD_OUTCOMES.indexOf(outcome)]!++
  }

  /** What was counted since the last time; outcomes that did not come up are left out. */
  take(): readonly OutcomeCount[] {
    const counted = this.#counts.flatMap((records, i) => {
      if (records === 0) return []
      const outcome = RECORD_OUTCOMES[i % RECORD_OUTCOMES.length]!
      return [{ input: Math.floor(i / RECORD_OUTCOMES.length), outcome, records }]
    })
    this.#counts.fill(0)
    return counted
  }
}
