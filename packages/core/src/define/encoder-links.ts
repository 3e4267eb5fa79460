import { originOfInput } from '../encode/feature-origin.ts'
import type { Encoder } from './encoder.ts'
import type { PipelineOptions } from './pipeline-options.ts'

/** Where a fault of an encoder is. */
export function placeOf(name: string): string {
  return `encoder "${name}"`
}

/** What is wrong with the inputs of an encoder: names of nothing, views that no event visits, circles. */
export function linkFaults(options: PipelineOptions, name: string, encoder: Encoder): string[] {
  const unknown = encoder.inputs
    .filter(input => originOfInput(options, input, name) === undefined)
    .map(
      input =>
        `${placeOf(name)}: its input "${input}" is no feature, and no field of "${options.onDemand.source.name}"`,
    )
  const unvisited = options.views
    .filter(
      view =>
        !view.sources.includes(options.onDemand.source) &&
        encoder.inputs.some(input => Object.hasOwn(view.features, input)),
    )
    .map(
      view =>
        `${placeOf(name)}: add the scored event type "${options.onDemand.source.name}" to the sources of the view "${view.name}", so that events visit it`,
    )
  const circle = circleOf(options, name)
  return [
    ...unknown,
    ...unvisited,
    ...(circle === undefined ? [] : [`${placeOf(name)}: it is made of itself (${circle.join(' ← ')})`]),
  ]
}

/** The way from an encoder back to itself. */
function circleOf(options: PipelineOptions, start: string): string[] | undefined {
  const seen = new Set<string>()
  function wayFrom(name: string): string[] | undefined {
    for (const input of options.encoders!.features[name]!.inputs) {
      if (originOfInput(options, input, name) !== 'encoder') continue
      if (input === start) return [name, start]
      if (seen.has(input)) continue
      seen.add(input)
      const rest = wayFrom(input)
      if (rest !== undefined) return [name, ...rest]
    }
    return undefined
  }
  return wayFrom(start)
}
