import type { ServedModel, ServedModels, TensorSpec } from '@millrace/inference'
import { exampleRequest } from './example-request.ts'

/** What is served, where, and how to ask for it, line by line. */
export function describeModels(
  models: ServedModels,
  address: string,
  grpcAddress: string,
): readonly string[] {
  const served = models.names().map(name => models.find(name))
  const [first] = served
  const example = first && exampleRequest(address, first)
  return [
    ...served.flatMap(describeModel),
    '',
    `Open Inference Protocol v2  ${address}/v2, gRPC ${grpcAddress}`,
    `KServe and TF Serving v1    ${address}/v1/models`,
    `OpenAPI                     ${address}/openapi.json`,
    `Metrics and probes          ${address}/metrics, /readyz, /livez`,
    ...(example === undefined ? [] : ['', 'Score one row', `  ${example}`]),
    '',
  ]
}

function describeModel({ identity: { name, version, digest }, signature, joins }: ServedModel): string[] {
  return [
    `${name} ${version} (${digest.slice(0, 12)})`,
    ...signature.inputs.map(spec => `  in   ${describeTensor(spec)}`),
    ...signature.outputs.map(spec => `  out  ${describeTensor(spec)}`),
    ...(joins ? [] : ['  Its first dimension is not its rows: requests are run one by one.']),
  ]
}

function describeTensor({ name, datatype, shape }: TensorSpec): string {
  return `${name}  ${datatype} [${shape.map(size => (size < 0 ? 'free' : size)).join(', ')}]`
}
