import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { writeRawTensor } from '../../src/tensor/raw-tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { binaryInput, binaryRequest } from './binary-request.ts'
import { echoModel, inputOfEach } from './echo-model.ts'
import { change, mangled } from './mutate.ts'
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
