import { originOfInput, type Pipeline } from '@millrace/core'
import { formatSpan, tableLines } from './table.ts'

/** The inputs of the model in the order of its tensor, each with where it comes from, and what is decided. */
export function describeModel(pipeline: Pipeline): string[] {
  const { model } = pipeline
  const rows = model.inputs.map((input, i) => [String(i + 1), input, sourceOf(pipeline, input)])
  const decisions = model.decisions.toReversed().map(({ decision, from }) => `${decision} from ${from}`)
  return [
    `${model.name}, in ${model.path}; decisions: ${decisions.join(', ')}`,
    ...tableLines([['', 'input', 'source'], ...rows]),
  ]
}

function sourceOf(pipeline: Pipeline, input: string): string {
  switch (originOfInput(pipeline, input)) {
    case 'view':
      return `view ${pipeline.views.find(({ features }) => input in features)!.name}`
    case 'encoder':
      return `encoder, ${pipeline.encoders!.features[input]!.kind}`
    default:
      return `on demand, ${pipeline.scored.name}`
  }
}

/** What the drift monitor compares, and when it asks for a new model. */
export function describeMonitor({ monitor }: Pick<Pipeline, 'monitor'>): string[] {
  const { window, warmUp, warnAt, alertAt, persistence, minEvents } = monitor
  return [
    `windows of ${formatSpan(window)} with at least ${minEvents} events, after ${formatSpan(warmUp)} of warm-up`,
    `PSI: warning from ${warnAt}, drift from ${alertAt}, retraining request after ${persistence} windows in a row`,
  ]
}
