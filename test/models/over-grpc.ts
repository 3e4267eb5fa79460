import { type LoadedModel, startGrpc } from '@millrace/inference'
import { Health } from '@millrace/platform'
import { GrpcClient } from '../../packages/inference/test/grpc/grpc-client.ts'
import type { JsonTensor } from './model-files.ts'
import { outputsOf, SERVER, servedZoo } from './over-rest.ts'
import { bytesOf, rawValues } from './raw-values.ts'
import type { Outputs } from './served.ts'

/** The parts of an answer that carry outputs. */
interface InferAnswer {
  readonly outputs: readonly (Pick<JsonTensor, 'name' | 'datatype' | 'shape'> & {
    readonly contents: Readonly<Record<string, readonly unknown[]>>
  })[]
  readonly raw_output_contents: readonly Buffer[]
}

const FIELDS: Readonly<Partial<Record<JsonTensor['datatype'], string>>> = {
  BOOL: 'bool_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
}

/** All rows in one request over a connection of gRPC, as raw bytes; NaN is a missing value. */
export async function overGrpc(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const inputs = rows.map(({ name, datatype, shape }) => ({ name, datatype, shape }))
  const request = { model_name: 'zoo', inputs, raw_input_contents: rows.map(bytesOf) }
  const { outputs, raw_output_contents: raw } = await infer(model, request)
  const named = outputs.map(({ name, shape, datatype }, i) => [
    name,
    { dims: shape, data: rawValues(raw[i]!, datatype) },
  ])
  return Object.fromEntries(named)
}

/** The same with lists of values. */
export async function overGrpcContents(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const inputs = rows.map(tensor => {
    const { name, datatype, shape } = tensor
    const values =
      datatype === 'BYTES' ? tensor.data.map(text => Buffer.from(text as string)) : numbersOf(tensor)
    return { name, datatype, shape, contents: { [FIELDS[datatype]!]: values } }
  })
  const { outputs } = await infer(model, { model_name: 'zoo', inputs })
  return outputsOf(
    outputs.map(({ name, shape, datatype, contents }) => {
      const values = contents[FIELDS[datatype]!]!
      return { name, shape, datatype, data: datatype === 'BYTES' ? values.map(String) : values } as JsonTensor
    }),
  )
}

async function infer(model: LoadedModel, request: object): Promise<InferAnswer> {
  const server = await startGrpc({
    models: servedZoo(model),
    health: new Health(),
    server: SERVER,
    host: '127.0.0.1',
    port: 0,
    // Nothing is under way when the one call is answered.
    limits: { grace: 0 },
  })
  const client = new GrpcClient(server.port)
  try {
    const { code, message, answer } = await client.infer('ModelInfer', request)
    if (code !== 0) throw new Error(`${code}: ${message}`)
    return answer as InferAnswer
  } finally {
    client.close()
    await server.close()
  }
}

function numbersOf({ data }: JsonTensor): readonly unknown[] {
  return data.map(value => value ?? Number.NaN)
}
