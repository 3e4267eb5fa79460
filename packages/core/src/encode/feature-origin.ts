import { featureKindOf } from '../define/feature-kind.ts'
import type { FeatureKind } from '../define/feature-value.ts'
import type { PipelineOptions } from '../define/pipeline-options.ts'

/** Where the value of a name comes from. */
export type Origin = 'view' | 'on-demand' | 'encoder' | 'field'

/** What declares features: the parts of a pipeline that names are looked up in. */
export type Declarations = Pick<PipelineOptions, 'views' | 'onDemand' | 'encoders'>

/**
 * What a name stands for: a feature, or else, for encoders, a field of the scored event. An encoder that is named like
 * its input reads the field.
 * @param reader the encoder that reads it, undefined for the model
 */
export function originOfInput(parts: Declarations, name: string, reader?: string): Origin | undefined {
  const { onDemand, encoders } = parts
  if (viewOf(parts, name) !== undefined) return 'view'
  if (Object.hasOwn(onDemand.features, name)) return 'on-demand'
  if (name !== reader && Object.hasOwn(encoders?.features ?? {}, name)) return 'encoder'
  return reader !== undefined && Object.hasOwn(onDemand.source.fields, name) ? 'field' : undefined
}

/** Whether the values of a name are numbers or texts. */
export function kindOfInput(parts: Declarations, name: string, reader?: string): FeatureKind {
  switch (originOfInput(parts, name, reader)) {
    case 'view':
      return featureKindOf(viewOf(parts, name)!.features[name]!)
    case 'field':
      return parts.onDemand.source.fields[name]!.kind === 'text' ? 'text' : 'number'
    case 'encoder':
      return kindOfEncoder(parts, name)
    default:
      return 'number'
  }
}

/** Encoders make numbers; those that only fill in what is missing leave the kind as it is. */
export function kindOfEncoder(parts: Declarations, name: string): FeatureKind {
  const { kind, inputs } = parts.encoders!.features[name]!
  return kind === 'imputation' || kind === 'first-known' ? kindOfInput(parts, inputs[0]!, name) : 'number'
}

function viewOf({ views }: Declarations, name: string) {
  return views.find(view => Object.hasOwn(view.features, name))
}
