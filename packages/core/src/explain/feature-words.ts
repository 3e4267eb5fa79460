import type { Encoder } from '../define/encoder.ts'
import type { Declarations } from '../encode/feature-origin.ts'
import { aggregationWords, humanWords } from './aggregation-words.ts'
import { durationWords } from './window-words.ts'

/**
 * What a name stands for, as a noun in words: a feature of the pipeline or, for encoders, a field.
 * @param reader the encoder that reads it: one that is named like its input reads the field
 */
export function featureWords(parts: Declarations, name: string, reader?: string): string {
  const view = parts.views.find(({ features }) => Object.hasOwn(features, name))
  if (view !== undefined) return aggregationWords(view.features[name]!, view.entity)
  const encoder = name === reader ? undefined : parts.encoders?.features[name]
  return encoder === undefined ? humanWords(name) : encoderWords(parts, name, encoder)
}

/** What keeps the order of its input is called like its input. */
function encoderWords(parts: Declarations, name: string, encoder: Encoder): string {
  const inputs = encoder.inputs.map(input => featureWords(parts, input, name))
  const [input] = inputs
  switch (encoder.kind) {
    case 'product':
      return `product of ${inputs.join(' and ')}`
    case 'first-known':
      return inputs.join(', or else ')
    case 'is-missing':
      return `whether the ${input} is missing`
    case 'ordinal':
      return `place of the ${input}`
    case 'hashing':
      return `hash of the ${input}`
    case 'frequency':
      return `usual share of the ${input}`
    case 'target':
      return `usual outcome of the ${input}`
    case 'sine':
    case 'cosine':
      return `time within ${durationWords(encoder.period)}`
    default:
      return input!
  }
}
