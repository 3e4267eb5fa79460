import { MillraceError } from '@millrace/core'
import type { PartName } from './part.ts'

/** The machine lacks something that a part needs; `remedy` says how to get it. */
export function partMissing(part: PartName, lack: string, remedy: string, cause?: unknown): MillraceError {
  return new MillraceError('STACK_PART_MISSING', `The local stack has no ${part}: ${lack}. ${remedy}`, {
    cause,
    details: { part },
  })
}

/** A part was started and did not become ready; `log` is the end of what it wrote. */
export function startFailed(part: PartName, reason: string, log: string): MillraceError {
  return new MillraceError('STACK_START_FAILED', `The local stack's ${part} ${reason}.\n${log}`, {
    details: { part },
  })
}

/** Joins the failures of several parts into one error, so that every fault is listed. */
export function allFailures(failures: readonly unknown[]): unknown {
  const [first] = failures
  if (failures.length === 1 || !(first instanceof MillraceError)) return first
  const message = failures.map(failure => (failure instanceof Error ? failure.message : String(failure)))
  return new MillraceError(first.code, message.join('\n'), { cause: new AggregateError(failures) })
}
