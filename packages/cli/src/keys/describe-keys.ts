import type { CallerEntry } from '@millrace/platform/http'
import { tableLines } from '../plan/table.ts'

/** The callers of a file of keys as lines of columns. */
export function describeKeys(callers: readonly CallerEntry[], nowMs: number): string[] {
  if (callers.length === 0) return ['There is no caller yet: add one with "millrace keys create".']
  return tableLines([
    ['id', 'known by', 'scopes', 'rate', 'expires'],
    ...callers.map(caller => [
      caller.id,
      caller.subject === undefined ? 'key' : `certificate ${caller.subject}`,
      caller.scopes.join(', ') || 'none',
      rateOf(caller),
      expiryOf(caller, nowMs),
    ]),
  ])
}

function rateOf({ ratePerSecond, burst }: CallerEntry): string {
  if (ratePerSecond === undefined) return 'as everybody'
  return `${ratePerSecond}/s${burst === undefined ? '' : `, ${burst} at once`}`
}

function expiryOf({ expires }: CallerEntry, nowMs: number): string {
  if (expires === undefined) return 'never'
  return Date.parse(expires) > nowMs ? expires : `${expires} (expired)`
}
