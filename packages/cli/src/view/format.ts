const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `12,345` */
export function formatCount(value: number): string {
  return WHOLE.format(value)
}

/** `1 request`, `2 requests` */
export function formatNumber(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `8 ms`, `1.2 s`; a dash where nothing was measured. */
export function formatMilliseconds(value: number | undefined): string {
  if (value === undefined) return '–'
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`
}

/** `2026-02-14 06:12`, in UTC; a dash where there is none. */
export function formatTime(epochMs: number | undefined): string {
  if (epochMs === undefined || !Number.isFinite(epochMs)) return '–'
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** `12 s`, `3 min 20 s` */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `███▌······`: a share from 0 to 1 as a bar of `width` characters. */
export function formatBar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '█'.repeat(filled) + '·'.repeat(width - filled)
}

/** `2 MALFORMED_JSON, 1 DUPLICATE`, the most frequent first; empty where there is none. */
export function formatReasons(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(', ')
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
