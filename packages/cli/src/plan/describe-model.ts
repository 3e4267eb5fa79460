import type { Pipeline } from '@millrace/core'
import { formatSpan, tableLines } from './table.ts'

/** The inputs of the model in the order of its tensor, each with where it comes from, and what is decided. */
export function describeModel({ model, views, scored }: Pipeline): string[] {
  const rows = model.inputs.map((input, i) => {
    const view = views.find(({ features }) => input in features)
    return [String(i + 1), input, view === undefined ? `on demand, ${scored.name}` : `view ${view.name}`]
  })
  const decisions = model.decisions.toReversed().map(({ decision, from }) => `${decision} from ${from}`)
  return [
    `${model.name}, in ${model.path}; decisions: ${decisions.join(', ')}`,
    ...tableLines([['', 'input', 'source'], ...rows]),
  ]
}

/** What the drift monitor compares, and when it asks for a new model. */
export function describeMonitor({ monitor }: Pick<Pipeline, 'monitor'>): string[] {
  const { window, warmUp, warnAt, alertAt, persistence, minEvents } = monitor
  return [
    `windows of ${formatSpan(window)} with at least ${minEvents} events, after ${formatSpan(warmUp)} of warm-up`,
    `PSI: warning from ${warnAt}, drift from ${alertAt}, retraining request after ${persistence} windows in a row`,
  ]
}
