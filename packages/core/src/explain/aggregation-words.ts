import type { Aggregation } from '../define/aggregation.ts'
import { windowWords } from './window-words.ts'

/** An aggregation of an entity in words: "mean of amount of the customer in 7 days". */
export function aggregationWords(aggregation: Aggregation, entity: string): string {
  const whose = humanWords(entity.replace(/_?id$/i, '') || entity)
  return `${measureWords(aggregation)} of the ${whose}${windowWords(aggregation.window)}`
}

function measureWords(aggregation: Aggregation): string {
  const events = `${aggregation.where === undefined ? '' : 'certain '}${humanWords(aggregation.source.name)} events`
  const field = humanWords(aggregation.field ?? '')
  switch (aggregation.kind) {
    case 'count':
      return `count of ${events}`
    case 'ratio':
      return `share of ${events} where ${claimWords(field)}`
    case 'min':
      return `lowest ${field}`
    case 'max':
      return `highest ${field}`
    case 'first':
      return `first ${field}`
    case 'lag':
      return aggregation.steps === 0 ? `last ${field}` : `${field} ${aggregation.steps} before the last`
    case 'time-since':
      return `time since ${aggregation.steps === 0 ? 'the last' : 'earlier'} ${events}`
    case 'distinct-count':
      return `count of different values of ${field}`
    case 'most-frequent':
      return `most frequent ${field}`
    case 'quantile':
      return `${aggregation.q} quantile of ${field}`
    case 'slope':
      return `trend of ${field}`
    default:
      return `${aggregation.kind.replaceAll('-', ' ')} of ${field}`
  }
}

/** A flag that reads as a claim, said of an event. */
function claimWords(field: string): string {
  return /^(is|was|has) /.test(field) ? `it ${field}` : `${field} is set`
}

/** A name as words: "isFraud" and "is_fraud" as "is fraud". */
export function humanWords(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
}
