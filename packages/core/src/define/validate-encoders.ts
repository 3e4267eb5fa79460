import { kindOfEncoder, kindOfInput } from '../encode/feature-origin.ts'
import { isFitted } from '../encode/fitting.ts'
import { linkFaults, placeOf } from './encoder-links.ts'
import { settingFaults } from './encoder-settings.ts'
import type { PipelineOptions } from './pipeline-options.ts'

/** Everything that is wrong with encoders, and with inputs of the model that need one. */
export function encoderFaults(options: PipelineOptions): string[] {
  const { encoders } = options
  if (encoders === undefined) return textInputFaults(options)
  const named = Object.entries(encoders.features)
  const linkage = named.flatMap(([name, encoder]) => linkFaults(options, name, encoder))
  const faults = [
    ...sourceFaults(options),
    ...linkage,
    ...named.flatMap(([name, encoder]) => settingFaults(encoder).map(fault => `${placeOf(name)}: ${fault}`)),
    ...artifactFaults(options),
    ...outcomeFaults(options),
  ]
  // Kinds follow from inputs that are there, and from no circle.
  return linkage.length > 0 ? faults : [...faults, ...kindFaults(options), ...textInputFaults(options)]
}

function sourceFaults({ encoders, onDemand }: PipelineOptions): string[] {
  if (encoders!.source === onDemand.source) return []
  return [
    `encoders: their source "${encoders!.source.name}" is not the scored event type "${onDemand.source.name}": take that one`,
  ]
}

function kindFaults(options: PipelineOptions): string[] {
  return Object.entries(options.encoders!.features).flatMap(([name, encoder]) => {
    const kinds = encoder.inputs.map(input => kindOfInput(options, input, name))
    const texts = encoder.inputs.filter((_, i) => kinds[i] === 'text')
    const place = placeOf(name)
    if (encoder.takes === 'numbers')
      return texts.map(
        input =>
          `${place}: its input "${input}" is text, and it takes numbers: put oneHot, ordinal, hashing, frequency or target before it`,
      )
    if (encoder.kind === 'first-known' && new Set(kinds).size > 1)
      return [`${place}: some of its inputs are texts and some are numbers: they must be of one kind`]
    if (encoder.kind === 'first-known' && !isOf(kinds[0]!, encoder.otherwise))
      return [`${place}: its \`otherwise\` must be a ${kinds[0]}, as its inputs are`]
    if (encoder.kind === 'imputation' && encoder.statistic !== 'most-frequent')
      return texts.map(
        input => `${place}: "${input}" is text and has no ${encoder.statistic}: take 'most-frequent'`,
      )
    return []
  })
}

function isOf(kind: 'number' | 'text', otherwise: unknown): boolean {
  return typeof otherwise === (kind === 'text' ? 'string' : 'number') || isMissingDefault(otherwise)
}

function isMissingDefault(otherwise: unknown): boolean {
  return otherwise === null || Number.isNaN(otherwise)
}

/** The vector of a model is numbers. */
function textInputFaults(options: PipelineOptions): string[] {
  const { model, encoders } = options
  return model.inputs
    .filter(input =>
      Object.hasOwn(encoders?.features ?? {}, input)
        ? kindOfEncoder(options, input) === 'text'
        : kindOfInput(options, input) === 'text',
    )
    .map(
      input =>
        `model "${model.name}": its input "${input}" is text: make a number of it by an encoder, such as ordinal('${input}')`,
    )
}

function artifactFaults({ encoders }: PipelineOptions): string[] {
  const { features, artifact } = encoders!
  const fitted = Object.keys(features).filter(name => isFitted(features[name]!))
  if (fitted.length === 0 || artifact !== undefined) return []
  return [
    `encoders: ${fitted.map(name => `"${name}"`).join(', ')} must be fitted: declare \`artifact\`, the file of what they learn`,
  ]
}

function outcomeFaults({ encoders, outcome }: PipelineOptions): string[] {
  if (outcome !== undefined) return []
  return Object.entries(encoders!.features)
    .filter(([, { kind }]) => kind === 'target')
    .map(([name]) => `${placeOf(name)}: declare the pipeline's \`outcome\`, whose mean it is`)
}
