export const MODEL = 'card_fraud'
export const COLUMNS = 15
/** Path of the floors. */
export const ECHO = '/bench.Echo/Echo'

/** The tensor of so many rows as raw bytes. */
function tensorOf(rows: number): Buffer {
  return Buffer.from(Float32Array.from({ length: rows * COLUMNS }, (_, i) => (i % 97) / 7).buffer)
}

/** A ModelInferRequest as tritonclient writes it, in its frame. */
export function grpcRequest(rows: number): Buffer {
  const shape = Buffer.concat([varint(rows), varint(COLUMNS)])
  const input = Buffer.concat([field(1, 'features'), field(2, 'FP32'), field(3, shape)])
  const message = Buffer.concat([field(1, MODEL), field(5, input), field(7, tensorOf(rows))])
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** The same request over REST, with its tensor as bytes behind the JSON. */
export function restRequest(rows: number): { readonly body: Buffer; readonly headerLength: number } {
  const tensor = tensorOf(rows)
  const parameters = { binary_data_size: tensor.length }
  const input = { name: 'features', shape: [rows, COLUMNS], datatype: 'FP32', parameters }
  const json = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }))
  return { body: Buffer.concat([json, tensor]), headerLength: json.length }
}

/** A field of bytes in a protobuf message. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
