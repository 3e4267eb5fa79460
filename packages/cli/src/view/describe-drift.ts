import type { DriftVerdict } from '@millrace/core'
import { formatNumber } from './format.ts'
import type { DriftTotals } from './totals.ts'

const SHOWN_FEATURES = 3

/** The latest verdict in a few words, and whether it asks for attention. */
export function describeDrift({ latest, retrainingRequests }: DriftTotals): {
  readonly text: string
  readonly isAlert: boolean
} {
  if (latest === undefined) return { text: 'no window judged yet', isAlert: false }
  const count = retrainingRequests.length
  const requests = count === 0 ? '' : `   ${formatNumber(count, 'retraining request')}`
  return { text: describeVerdict(latest) + requests, isAlert: latest.level === 'drift' }
}

function describeVerdict({ status, level, features, window }: DriftVerdict): string {
  const until = `window to ${new Date(window.end).toISOString().slice(0, 10)}`
  if (status !== 'judged') return `${status} (${until})`
  const furthest = Object.entries(features)
    .flatMap(([name, { psi }]) => (psi === null ? [] : [{ name, psi }]))
    .toSorted((a, b) => b.psi - a.psi)
    .slice(0, SHOWN_FEATURES)
    .map(({ name, psi }) => `${name} ${psi.toFixed(2)}`)
  return `${level} (${until}; PSI ${furthest.join(', ')})`
}
