import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { writeRawTensor } from '../../src/tensor/raw-tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { binaryInput, binaryRequest } from './binary-request.ts'
import { echoModel, inputOfEach } from './echo-model.ts'
import { serveModels } from './serve.ts'

const ROW: Tensor = { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) }
const TEXT: Tensor = { datatype: 'BYTES', shape: [1, 2], data: ['a', 'b'] }

const URLS = [
  '/v2/models/echo/infer',
  '/v2/models/echo/versions/1/infer',
  '/v1/models/echo:predict',
  '/v2/repository/index',
  '/v2/repository/models/echo/load',
]

const JSON_REQUESTS = [
  {
    id: 'x',
    parameters: { timeout: 1_000_000, binary_data_output: true },
    inputs: [
      { name: 'fp32', shape: [1, 2], datatype: 'FP32', data: [[1, 2]] },
      { name: 'bytes', shape: [1, 2], datatype: 'BYTES', data: ['a', 'b'] },
    ],
    outputs: [{ name: 'fp32_out', parameters: { binary_data: false } }],
  },
  { signature_name: 'serving_default', instances: [{ fp32: [1, 2], bytes: ['a', { b64: 'Yg==' }] }] },
  { inputs: { fp32: [[1, 2]], bytes: [['a', 'b']] } },
  { ready: true, parameters: { unload_dependents: true } },
]

const ODD_VALUES = [
  null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', 'FP99', 'INT64', '__proto__', [], {}, [[]], [[[1]]], [null], { b64: 7 },
  [2 ** 31, 2 ** 31], [4_294_967_296], [0], { binary_data_size: 1e9 },
] // biome-ignore format: a table

test('no body and no header makes the server fail', async t => {
  const app = serveModels(t, echoModel(inputOfEach(2, ['FP32', 'BYTES'])))
  const statuses = new Map<number, number>()
  await forEachSeed(1_500, async random => {
    const { body, headers } = randomRequest(random)
    const response = await app.inject({ method: 'POST', url: random.pick(URLS), body, headers })
    const { statusCode } = response
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    assert.ok(
      [200, 400, 404, 413].includes(statusCode),
      `${statusCode}: ${body.toString('latin1').slice(0, 500)}`,
    )
    if (statusCode !== 200) assert.deepEqual(Object.keys(response.json()), ['error'])
  })
  assert.ok(statuses.has(200) && statuses.has(400), 'right and wrong requests were among them')
})

function randomRequest(random: SeededRandom) {
  const request = random.chance(0.5) ? randomJson(random) : randomBinary(random)
  const body = random.chance(0.5) ? request.body : mangled(request.body, random)
  const lengths = ['0', '-1', '99999999999999999999', '1', 'x', String(body.length)]
  const headers = random.chance(0.1)
    ? { 'inference-header-content-length': random.pick(lengths) }
    : request.headers
  return { body, headers }
}

function randomJson(random: SeededRandom) {
  const json = structuredClone(random.pick(JSON_REQUESTS)) as object
  for (let changes = random.integer(0, 2); changes > 0; changes--) change(json, random)
  return { body: Buffer.from(JSON.stringify(json)), headers: {} }
}

function randomBinary(random: SeededRandom) {
  const json = { inputs: [binaryInput('fp32', ROW), binaryInput('bytes', TEXT)] }
  if (random.chance(0.5)) change(json, random)
  return binaryRequest(json, [writeRawTensor(ROW), writeRawTensor(TEXT)])
}

/** Puts something odd somewhere into an object. */
function change(value: object, random: SeededRandom): void {
  const keys = Object.keys(value)
  if (keys.length === 0) return
  const key = random.pick(keys)
  const place = value as Record<string, unknown>
  const inner = place[key]
  if (typeof inner === 'object' && inner !== null && random.chance(0.7)) change(inner, random)
  else if (random.chance(0.2)) delete place[key]
  else place[key] = structuredClone(random.pick(ODD_VALUES))
}

/** Changes, drops or repeats some bytes. */
function mangled(body: Buffer, random: SeededRandom): Buffer {
  if (body.length === 0) return body
  const copy = Buffer.from(body)
  for (let changes = random.integer(1, 4); changes > 0; changes--)
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255)
  if (random.chance(0.3)) return copy.subarray(0, random.integer(0, copy.length))
  return random.chance(0.2) ? Buffer.concat([copy, copy]) : copy
}
