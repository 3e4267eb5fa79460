import { gzipSync } from 'node:zlib'
import type { SeededRandom } from '@millrace/testkit'
import { writeRawTensor } from '../../packages/inference/src/tensor/raw-tensor.ts'
import type { Tensor } from '../../packages/inference/src/tensor/tensor.ts'
import { binaryInput, binaryRequest } from '../../packages/inference/test/rest/binary-request.ts'
import { change, mangled } from '../../packages/inference/test/rest/mutate.ts'

/** A request as it goes over the wire. */
export interface FuzzedRequest {
  readonly bytes: Buffer
  /** Whether its head is right, so that the connection can be used again whatever the body is. */
  readonly isFramed: boolean
}

interface Content {
  readonly path: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const ROW: Tensor = { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) }

const INFER = '/v2/models/linear/infer'
const PREDICT = '/v1/models/linear:predict'

/** Right bodies, and where they belong. */
const BODIES: readonly (readonly [path: string, body: object])[] = [
  [
    INFER,
    {
      id: 'x',
      parameters: { timeout: 1_000_000, binary_data_output: true },
      inputs: [{ name: 'features', shape: [1, 2], datatype: 'FP32', data: [[1, 2]] }],
      outputs: [{ name: 'probabilities', parameters: { binary_data: false } }],
    },
  ],
  [
    '/v2/models/linear/versions/1/infer',
    { inputs: [{ name: 'features', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4] }] },
  ],
  [PREDICT, { signature_name: 'serving_default', instances: [{ features: [1, 2] }, { features: [3, 4] }] }],
  [PREDICT, { inputs: { features: [[1, 2]] } }],
  ['/v2/repository/index', { ready: true }],
]

/** Headers that a server reads, with values that are odd, or right. */
const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['content-type', ['application/json', 'x', ';;', 'text/html; charset="', '']],
  ['accept-encoding', ['gzip', 'gzip;q=2', '*;q=x', ',,,', 'br']],
  ['inference-header-content-length', ['0', '-1', '1', 'x', '99999999999999999999']],
  ['content-encoding', ['gzip', 'deflate', 'br', 'identity', 'x, y']],
  ['authorization', ['Bearer', 'Bearer x', 'Basic eDp5', 'Bearer mr_x.y']],
  ['x-api-key', ['', 'x', 'mr_']],
  ['x-request-id', ['x', 'a'.repeat(5_000)]],
  ['origin', ['null', 'https://example.org', '://']],
  ['accept', ['', 'text/plain', '*/*;q=x']],
  ['connection', ['keep-alive', 'close', 'upgrade']],
]

/** A request that is right, or wrong in its body or its headers; with a chance of 1 in 8 its head is broken. */
export function fuzzedRequest(random: SeededRandom): FuzzedRequest {
  const content = random.chance(0.6) ? randomJson(random) : randomBinary(random)
  const body = random.chance(0.25) ? mangled(content.body, random) : content.body
  const sent = random.chance(0.05) ? { ...content, body: gzipSync(body) } : { ...content, body }
  const headers: Record<string, string> = { ...sent.headers, 'content-length': String(sent.body.length) }
  for (let odd = random.integer(0, 4) - 2; odd > 0; odd--) {
    const [name, values] = random.pick(HEADERS)
    headers[name] = random.pick(values)
  }
  const path = random.chance(0.1) ? random.pick(BODIES)[0] : content.path
  const bytes = wired(`POST ${path} HTTP/1.1`, headers, sent.body)
  return random.chance(1 / 8)
    ? { bytes: brokenHead(bytes, headers, sent.body, random), isFramed: false }
    : { bytes, isFramed: true }
}

function brokenHead(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  random: SeededRandom,
): Buffer {
  const way = random.integer(0, 3)
  if (way === 0) return mangled(bytes, random)
  if (way === 1) return bytes.subarray(0, random.integer(1, bytes.length))
  const lines = [
    'GET /v2 HTTP/1.1',
    'DELETE / HTTP/1.0',
    'POST //%ff%zz HTTP/1.1',
    'PATCH /v2/models/%2e%2e HTTP/2',
  ]
  if (way === 2) return wired(random.pick(lines), headers, body)
  const odd = [
    { 'content-length': '-1' },
    { 'content-length': '99999999' },
    { 'transfer-encoding': 'chunked' },
    { expect: '100-continue' },
    { host: '' },
    { x: 'y'.repeat(70_000) },
  ]
  return wired(`POST ${INFER} HTTP/1.1`, { ...headers, ...random.pick<object>(odd) }, body)
}

function wired(line: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const given = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([Buffer.from(`${[line, ...given].join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

function randomJson(random: SeededRandom): Content {
  const [path, right] = random.pick(BODIES)
  const json = structuredClone(right)
  for (let changes = random.integer(0, 2); changes > 0; changes--) change(json, random)
  return { path, body: Buffer.from(JSON.stringify(json)), headers: {} }
}

function randomBinary(random: SeededRandom): Content {
  const json = { inputs: [binaryInput('features', ROW)] }
  if (random.chance(0.5)) change(json, random)
  return { path: INFER, ...binaryRequest(json, [writeRawTensor(ROW)]) }
}
