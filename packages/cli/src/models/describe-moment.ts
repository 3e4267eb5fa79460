/** A time for people, in UTC: `2026-01-31 17:05 UTC`. */
export function describeMoment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
