import type { TensorSpec } from '../../tensor/tensor.ts'
import { invalid, type JsonObject, objectOf, parametersOf, placeOf } from './json-object.ts'

/** An output that the caller asks for. */
export interface WantedOutput {
  /** Its place in the signature. */
  readonly place: number
  /** Whether it is to come as bytes behind the JSON. */
  readonly binary: boolean
}

/** The parameters of a request whose outputs are all to come as bytes. */
export const RAW_OUTPUTS: JsonObject = { binary_data_output: true }

/** Reads which outputs are wanted and how; without a list, or with an empty one, all are. Throws REQUEST_INVALID. */
export function readOutputs(
  outputs: unknown,
  parameters: JsonObject | undefined,
  specs: readonly TensorSpec[],
): readonly WantedOutput[] {
  const binary = flagOf(parameters, 'binary_data_output') ?? false
  if (outputs === undefined || outputs === null) return specs.map((_, place) => ({ place, binary }))
  if (!Array.isArray(outputs)) throw invalid('The "outputs" must be a list.')
  if (outputs.length === 0) return specs.map((_, place) => ({ place, binary }))
  if (outputs.length > specs.length) throw invalid(`The model has ${specs.length} outputs: ask for no more.`)
  return outputs.map(output => readOutput(objectOf(output, 'The output'), binary, specs))
}

function readOutput(output: JsonObject, binary: boolean, specs: readonly TensorSpec[]): WantedOutput {
  const place = placeOf(output, specs, 'output')
  const parameters = parametersOf(output['parameters'], `Output "${specs[place]!.name}"`)
  if (parameters === undefined) return { place, binary }
  if (parameters['classification'] !== undefined || 'shared_memory_region' in parameters) {
    throw invalid('Classification and shared memory are not offered: ask for the tensor itself.')
  }
  return { place, binary: flagOf(parameters, 'binary_data') ?? binary }
}

function flagOf(parameters: JsonObject | undefined, name: string): boolean | undefined {
  const flag = parameters?.[name]
  if (flag === undefined || typeof flag === 'boolean') return flag
  throw invalid(`The parameter "${name}" must be true or false.`)
}
