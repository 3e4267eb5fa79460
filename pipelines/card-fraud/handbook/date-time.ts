const DATE = /(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/
const TIME = /(?<hour>\d{2}):(?<minute>\d{2})(:(?<second>\d{2})(\.(?<fraction>\d{1,9}))?)?/
const ZONE = /\s?(?<zone>Z|[+-]\d{2}:?\d{2})?/
const DATE_TIME = new RegExp(`^${DATE.source}([ T]${TIME.source}${ZONE.source})?$`)

/**
 * Reads `YYYY-MM-DD HH:MM:SS` or an ISO date and time as epoch milliseconds, in UTC when it names no zone.
 * Anything else, a date that is in no calendar too, is given back as it is.
 */
export function readDateTime(value: unknown): unknown {
  const parts = typeof value === 'string' ? DATE_TIME.exec(value.trim())?.groups : undefined
  if (parts === undefined) return value
  const number = (name: string) => Number(parts[name] ?? 0)
  const fields = [
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  ] as const
  const milliseconds = Number((parts['fraction'] ?? '').padEnd(3, '0').slice(0, 3))
  const local = Date.UTC(number('year'), ...fields, milliseconds)
  return isSameCalendarTime(local, fields) ? local - zoneOffsetMs(parts['zone']) : value
}

/** Tells a real date from one that `Date.UTC` moved on, as it does with 30 February. */
function isSameCalendarTime(local: number, fields: readonly number[]): boolean {
  const date = new Date(local)
  const read = [
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  return read.every((part, index) => part === fields[index])
}

function zoneOffsetMs(zone = 'Z'): number {
  if (zone === 'Z') return 0
  const digits = zone.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))
  return (digits.startsWith('-') ? -1 : 1) * minutes * 60_000
}
