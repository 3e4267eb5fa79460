import type { Encoder } from '../define/encoder.ts'
import type { Pipeline } from '../define/pipeline.ts'
import { featureWords } from './feature-words.ts'

/** What contributes to a score as one: an input of the model, or the columns of one category or of one cycle. */
export interface ExplainedFeature {
  readonly name: string
  /** Places in the model's inputs. */
  readonly columns: readonly number[]
  /** Stable name of the reason that it can be. */
  readonly code: string
  /** What it is, as a noun. */
  readonly words: string
  /** The category of each of its columns, null for the column of all others; only of one-hot columns. */
  readonly categories?: readonly (string | null)[]
}

/** What the scores of a pipeline's model are explained by, in the order of the inputs. */
export function explainedFeatures(pipeline: Pipeline): readonly ExplainedFeature[] {
  const { inputs } = pipeline.model
  const groups = Map.groupBy(inputs, input => groupOf(pipeline, input))
  return [...groups].map(([name, members]) => explainedFeature(pipeline, name, members))
}

type Explained = Pick<Pipeline, 'views' | 'onDemand' | 'encoders' | 'model'>

function explainedFeature(pipeline: Explained, name: string, members: readonly string[]): ExplainedFeature {
  const { inputs, reasons = {} } = pipeline.model
  const declared = members.map(member => reasons[member]).find(reason => reason !== undefined)
  const encoders = members.map(member => pipeline.encoders?.features[member])
  const categories = encoders.flatMap(encoder => (encoder?.kind === 'one-hot' ? [encoder.category] : []))
  return {
    name,
    columns: members.map(member => inputs.indexOf(member)),
    code: declared?.code ?? name.toUpperCase(),
    words: declared?.words ?? featureWords(pipeline, members[0]!),
    ...(categories.length > 0 && { categories }),
  }
}

/** The name that an input's columns share, where another input does not have it: otherwise the input's own. */
function groupOf({ encoders, model }: Explained, input: string): string {
  const encoder = encoders?.features[input]
  const shared = encoder === undefined ? undefined : sharedName(input, encoder)
  return shared === undefined || model.inputs.includes(shared) ? input : shared
}

/** Columns of one encoder are named after it: `device_phone` and `hour_sin`. */
function sharedName(name: string, encoder: Encoder): string | undefined {
  if (encoder.kind === 'sine' || encoder.kind === 'cosine') return name.replace(/_(sin|cos)$/, '')
  if (encoder.kind !== 'one-hot') return undefined
  const label = `_${encoder.category}`
  return name.endsWith(label) ? name.slice(0, -label.length) : name.replace(/_[^_]*$/, '')
}
