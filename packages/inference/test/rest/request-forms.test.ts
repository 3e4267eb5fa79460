import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { DATATYPES, type Datatype, emptyData } from '../../src/tensor/datatypes.ts'
import { writeRawTensor } from '../../src/tensor/raw-tensor.ts'
import { elementsOf, type Tensor, type TensorSpec } from '../../src/tensor/tensor.ts'
import { binaryInput, binaryRequest, readAnswer } from './binary-request.ts'
import { echoModel } from './echo-model.ts'
import { serveModels } from './serve.ts'

const URL = '/v2/models/echo/infer'
/** JSON has no form of half floats. */
const IN_JSON = DATATYPES.filter(datatype => datatype !== 'FP16')

test('the same tensors give the same answers, flat, nested, as bytes, mixed and compressed', async t => {
  await forEachSeed(60, async random => {
    const tensors = randomTensors(random)
    const specs = tensors.map(({ datatype, shape }, i): TensorSpec => {
      return { name: `x${i}`, datatype, shape: [-1, ...shape.slice(1)] }
    })
    const app = serveModels(t, echoModel(specs))
    const ask = async (form: Form, wanted: object, compress = false): Promise<unknown> => {
      const inputs = tensors.map((tensor, i) => inputOf(specs[i]!.name, tensor, form, i))
      const raw = tensors.filter((_, i) => isBinary(form, i)).map(writeRawTensor)
      const { body, headers } = binaryRequest({ inputs, parameters: wanted }, raw)
      const sent = compress ? gzipSync(body) : body
      const encoding = compress ? { 'content-encoding': 'gzip' } : {}
      const length = form === 'flat' || form === 'nested' ? {} : headers
      const response = await app.inject({
        method: 'POST',
        url: URL,
        body: sent,
        headers: { ...length, ...encoding },
      })
      assert.equal(response.statusCode, 200, response.body.slice(0, 200))
      return readAnswer(response).map(({ name, shape, data }) => [name, shape, data.map(asText)])
    }
    const expected = tensors.map(({ shape, data }, i) => [
      `x${i}_out`,
      shape,
      Array.from(data as string[], asText),
    ])
    for (const form of ['flat', 'nested', 'binary', 'mixed'] as const) {
      for (const binary_data_output of [false, true]) {
        assert.deepEqual(await ask(form, { binary_data_output }), expected, `${form} ${binary_data_output}`)
      }
    }
    assert.deepEqual(await ask('mixed', { binary_data_output: true }, true), expected)
    await app.close()
  })
})

type Form = 'flat' | 'nested' | 'binary' | 'mixed'

/** Truth values are bytes on one way and words on the other. */
function asText(value: unknown): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(Object.is(value, -0) ? 0 : value)
}

function isBinary(form: Form, i: number): boolean {
  return form === 'binary' || (form === 'mixed' && i % 2 === 0)
}

function inputOf(name: string, tensor: Tensor, form: Form, i: number): object {
  if (isBinary(form, i)) return binaryInput(name, tensor)
  const { datatype, shape } = tensor
  const values = Array.from(tensor.data as string[], value =>
    typeof value === 'bigint' ? Number(value) : value,
  )
  return { name, datatype, shape, data: form === 'nested' ? nest(values, shape) : values }
}

function nest(values: readonly unknown[], [, ...rest]: readonly number[]): readonly unknown[] {
  const size = elementsOf(rest)
  if (rest.length === 0) return values
  const groups = Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  )
  return groups.map(group => nest(group, rest))
}

function randomTensors(random: SeededRandom): readonly Tensor[] {
  const rows = random.integer(1, 4)
  return Array.from({ length: random.integer(1, 4) }, () => {
    const shape = [rows, ...Array.from({ length: random.integer(0, 2) }, () => random.integer(1, 3))]
    const datatype = random.pick(IN_JSON)
    const data = emptyData(datatype, elementsOf(shape)) as unknown[]
    for (let i = 0; i < data.length; i++) data[i] = randomValue(datatype, random)
    return { datatype, shape, data: data as unknown as Tensor['data'] }
  })
}

function randomValue(datatype: Datatype, random: SeededRandom): unknown {
  if (datatype === 'BYTES') return random.pick(['', 'FR', 'naïve', '"\\\n', '🜚'])
  if (datatype === 'BOOL') return random.integer(0, 1)
  if (datatype === 'INT64') return BigInt(random.integer(-(2 ** 40), 2 ** 40))
  if (datatype === 'UINT64') return BigInt(random.integer(0, 2 ** 40))
  if (datatype.startsWith('FP')) return Math.fround((random.next() - 0.5) * 10 ** random.integer(-20, 20))
  return random.integer(0, 127)
}
