import { type LoadedModel, startGrpc } from '@millrace/inference'
import { Health } from '@millrace/platform'
import { GrpcClient } from '../../packages/inference/test/grpc/grpc-client.ts'
import { type JsonTensor, valuesOf } from './model-files.ts'
import { outputsOf, SERVER, servedZoo } from './over-rest.ts'
import type { Outputs } from './served.ts'

type Datatype = JsonTensor['datatype']

/** The parts of an answer that carry outputs. */
interface InferAnswer {
  readonly outputs: readonly (Pick<JsonTensor, 'name' | 'datatype' | 'shape'> & {
    readonly contents: Readonly<Record<string, readonly unknown[]>>
  })[]
  readonly raw_output_contents: readonly Buffer[]
}

const FIELDS: Readonly<Partial<Record<Datatype, string>>> = {
  BOOL: 'bool_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
}

const ARRAYS = {
  BOOL: Uint8Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
} as const

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

function bytesOf(tensor: JsonTensor): Buffer {
  const values = valuesOf(tensor)
  if (ArrayBuffer.isView(values)) return Buffer.from(values.buffer)
  return Buffer.concat(values.flatMap(text => [lengthOf(text), Buffer.from(text)]))
}

/** A text has its length in bytes before it. */
function lengthOf(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(text))
  return length
}

function rawValues(bytes: Buffer, datatype: Datatype): ArrayLike<unknown> {
  if (datatype !== 'BYTES') return new ARRAYS[datatype](new Uint8Array(bytes).buffer)
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at)
    texts.push(bytes.toString('utf8', at + 4, end))
    at = end
  }
  return texts
}
