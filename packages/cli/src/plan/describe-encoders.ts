import { type Encoder, fittedEncoders, type Pipeline } from '@millrace/core'
import { tableLines } from './table.ts'

/** Every encoder with what it is made of, and what it answers where it has nothing to go by. */
export function describeEncoders(pipeline: Pick<Pipeline, 'encoders'>): string[] {
  const { features = {}, artifact } = pipeline.encoders ?? {}
  const fitted = fittedEncoders(pipeline)
  const rows = Object.entries(features).map(([name, encoder]) => [
    name,
    encoder.kind,
    encoder.inputs.join(', '),
    outcomeOf(encoder, 'unseen'),
    outcomeOf(encoder, 'missing'),
    fitted.includes(name) ? 'yes' : 'no',
  ])
  return [
    ...(fitted.length > 0 ? [`what is fitted is in ${artifact}, written by "millrace fit"`] : []),
    ...tableLines([['encoder', 'kind', 'made of', 'unseen', 'missing', 'fitted'], ...rows]),
  ]
}

/** What an encoder answers for values of one sort; `–` where it meets none of them. */
function outcomeOf(encoder: Encoder, sort: 'unseen' | 'missing'): string {
  const given = encoder as Readonly<Partial<Record<'unseen' | 'missing', unknown>>>
  if (encoder.kind === 'first-known') return sort === 'missing' ? String(encoder.otherwise) : '–'
  return sort in given ? String(given[sort]) : '–'
}
