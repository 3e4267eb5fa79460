import { COLUMNS, rowsOf } from './model.ts'

/** A request that asks for scores, as it goes over the wire. */
export interface ServingCase {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const INFER = '/v2/models/card_fraud/infer'
const JSON_TYPE = { 'content-type': 'application/json' }

/** The forms in which rows are sent. */
export function casesOf(rows: number): readonly ServingCase[] {
  const values = rowsOf(rows)
  const tensor = { name: 'features', shape: [rows, COLUMNS], datatype: 'FP32' }
  const instances = Array.from({ length: rows }, (_, i) => values.slice(i * COLUMNS, (i + 1) * COLUMNS))
  return [
    {
      name: 'infer',
      path: INFER,
      headers: JSON_TYPE,
      body: encode({ inputs: [{ ...tensor, data: values }] }),
    },
    binaryCase(tensor, Float32Array.from(values)),
    {
      name: 'predict',
      path: '/v1/models/card_fraud:predict',
      headers: JSON_TYPE,
      body: encode({ instances }),
    },
  ]
}

/** What tritonclient sends by default. */
function binaryCase(tensor: object, values: Float32Array): ServingCase {
  const parameters = { binary_data_size: values.byteLength }
  const json = encode({ inputs: [{ ...tensor, parameters }], parameters: { binary_data_output: true } })
  const headers = {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(json.length),
  }
  return {
    name: 'infer_binary',
    path: INFER,
    headers,
    body: Buffer.concat([json, new Uint8Array(values.buffer)]),
  }
}

/** The bytes of a request over HTTP/1.1. */
export function requestOf({ path, headers, body }: ServingCase): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', ...lines, `content-length: ${body.length}`]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

function encode(json: object): Buffer {
  return Buffer.from(JSON.stringify(json))
}
