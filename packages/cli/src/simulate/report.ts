import type { Accounting } from '../run/accounting.ts'
import type { Cleanup } from '../run/cleanup.ts'
import { formatCount, formatTime } from '../view/format.ts'
import type { Progress } from './find-progress.ts'

export interface ReportOptions {
  readonly accounting: Accounting
  readonly progress: Pick<Progress, 'eventTime'> | undefined
  readonly cleanup: Cleanup
  readonly print: (line: string) => void
}

const EVERY_MS = 10_000

/** A line now and then, for the log of a container, and one at the end. */
export function reportSimulation({ accounting, progress, cleanup, print }: ReportOptions): void {
  if (progress === undefined) print('The simulation begins.')
  else print(`The simulation goes on after ${formatTime(progress.eventTime)}.`)
  const line = (): void => print(describeState(accounting))
  const timer = setInterval(line, EVERY_MS)
  cleanup.defer(() => {
    clearInterval(timer)
    line()
  })
}

function describeState(accounting: Accounting): string {
  const { sent, predictions, eventTime } = accounting.snapshot()
  return [
    `event time ${formatTime(eventTime)}`,
    `${formatCount(sent)} sent`,
    `${formatCount(predictions)} predictions`,
    `${formatCount(accounting.pending)} under way`,
  ].join(' · ')
}
