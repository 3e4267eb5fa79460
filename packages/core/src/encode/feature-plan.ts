import type { Encoder } from '../define/encoder.ts'
import type { FeatureKind } from '../define/feature-value.ts'
import type { Pipeline } from '../define/pipeline.ts'
import { kindOfInput, type Origin, originOfInput } from './feature-origin.ts'

/** A value that is there before any encoder: a field, or a feature of a view or on demand. */
export interface SourceValue {
  readonly origin: Exclude<Origin, 'encoder'>
  readonly name: string
  readonly kind: FeatureKind
  readonly slot: number
}

/** A value that an encoder makes of others. */
export interface EncodedValue {
  readonly name: string
  readonly encoder: Encoder
  readonly slot: number
  readonly inputs: readonly number[]
}

/** Where every value that it takes to make the wanted features stands in a row. */
export interface FeaturePlan {
  /** How many values a row has; the wanted ones are the first, in their order. */
  readonly size: number
  readonly sources: readonly SourceValue[]
  /** In an order in which each comes behind its inputs. */
  readonly encoded: readonly EncodedValue[]
}

/** Finds what it takes to make the wanted features of a checked pipeline. */
export function planFeatures(pipeline: Pipeline, wanted: readonly string[]): FeaturePlan {
  const slots = new Map<string, number>(wanted.map((name, slot) => [name, slot]))
  const sources: SourceValue[] = []
  const encoded: EncodedValue[] = []
  const planned = new Set<string>()

  function slotOf(name: string, reader?: string): number {
    const origin = originOfInput(pipeline, name, reader)!
    // A field and a feature may have the same name.
    const key = origin === 'field' ? `field ${name}` : name
    if (!slots.has(key)) slots.set(key, slots.size)
    const slot = slots.get(key)!
    if (planned.has(key)) return slot
    planned.add(key)
    if (origin === 'encoder') {
      const encoder = pipeline.encoders!.features[name]!
      encoded.push({ name, encoder, slot, inputs: encoder.inputs.map(input => slotOf(input, name)) })
    } else {
      sources.push({ origin, name, kind: kindOfInput(pipeline, name, reader), slot })
    }
    return slot
  }

  for (const name of wanted) slotOf(name)
  return { size: slots.size, sources, encoded }
}
