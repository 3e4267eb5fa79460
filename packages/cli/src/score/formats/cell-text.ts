import type { ValueCell } from '@millrace/platform/offline'

/** A cell as JSON; numbers keep all their digits, and what is not finite is null. */
export function jsonCell(cell: ValueCell): string {
  if (typeof cell === 'bigint') return String(cell)
  if (Array.isArray(cell)) return `[${cell.map(jsonCell).join(',')}]`
  return JSON.stringify(cell)
}

/** A cell as a value of CSV: lists as JSON, nothing where it is missing or not finite. */
export function csvCell(cell: ValueCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return ''
  return csvText(typeof cell === 'string' ? cell : jsonCell(cell))
}

/** A text as a value of CSV (RFC 4180). */
export function csvText(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
