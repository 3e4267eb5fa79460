import { days } from '@millrace/core'
import type { SentTransaction } from './account.ts'

const WINDOW_DAYS = [1, 7, 30]
const TERMINAL_OFFSET_MS = days(7)

type Counts = Readonly<Record<string, number>>

/**
 * What the counting features of each transaction must be, by their definitions. A transaction that was lost, or counted
 * twice, makes those of many others wrong. All of a customer's stand in one partition, in their order; a terminal's
 * count a week later, so that their order among partitions does not matter.
 */
export function expectedCounts(sent: readonly SentTransaction[]): readonly Counts[] {
  const ofTerminal = new Map<string, number[]>()
  for (const { terminalId, occurredAt } of sent) note(ofTerminal, terminalId, occurredAt)
  const ofCustomer = new Map<string, number[]>()
  return sent.map(({ customerId, terminalId, occurredAt }) => {
    note(ofCustomer, customerId, occurredAt)
    return Object.fromEntries(
      WINDOW_DAYS.flatMap(window => [
        [`customer_count_${window}d`, countIn(ofCustomer.get(customerId)!, occurredAt, window)],
        [
          `terminal_count_${window}d`,
          countIn(ofTerminal.get(terminalId)!, occurredAt - TERMINAL_OFFSET_MS, window),
        ],
      ]),
    )
  })
}

function note(times: Map<string, number[]>, entity: string, time: number): void {
  const known = times.get(entity)
  if (known === undefined) times.set(entity, [time])
  else known.push(time)
}

/** How many of the times lie in the window of so many days that ends at `end`: its start is not part of it. */
function countIn(times: readonly number[], end: number, window: number): number {
  const start = end - days(window)
  return times.reduce((count, time) => count + (time > start && time <= end ? 1 : 0), 0)
}
