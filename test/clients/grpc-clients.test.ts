import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { openModel, servedModel, singleModel, startGrpc } from '@millrace/inference'
import { Health } from '@millrace/platform'
import { pythonWith } from '../harness/python-environment.ts'

const HERE = import.meta.dirname
const MODEL = join(HERE, '../../pipelines/card-fraud/models/card_fraud/1/model.onnx')

/** Two payments, as the model of card-fraud takes them. */
const ROWS = [
  [42.5, 1, 0, 1, 42.5, 12, 35.1, 60, 38.2, 3, 0, 17, 0, 96, 0],
  [999, 0, 1, 9, 320.25, 40, 80.5, 90, 41.5, 12, 0.5, 60, 0.25, 200, 0.125],
]

/** The real model on a port of its own, and what it answers for `ROWS`. */
async function serveModel(t: TestContext) {
  const model = await openModel({ onnx: await readFile(MODEL) })
  t.after(() => model.close())
  const models = singleModel(servedModel({ name: 'card_fraud', version: '1', digest: '' }, model))
  const server = { name: 'millrace', version: '1.0.0' }
  const grpc = await startGrpc({ models, health: new Health(), server, host: '127.0.0.1', port: 0 })
  t.after(() => grpc.close())
  const data = Float32Array.from(ROWS.flat())
  const outputs = await model.infer([{ datatype: 'FP32', shape: [2, 15], data }], 2)
  const [a, b, c, d] = outputs[1]!.data as Float32Array
  return {
    address: `127.0.0.1:${grpc.port}`,
    probabilities: [
      [a, b],
      [c, d],
    ],
  }
}

test('tritonclient over gRPC works with its defaults, and with every other form that it has', async t => {
  const { address, probabilities } = await serveModel(t)
  const interpreter = await pythonWith('clients', join(HERE, 'requirements.txt'))
  const script = [join(HERE, 'triton_grpc.py'), address, JSON.stringify(ROWS)]
  const { stdout } = await promisify(execFile)(interpreter, script)
  const { infer, ...rest } = JSON.parse(stdout.trim().split('\n').at(-1)!)
  const forms = ['defaults', 'version', 'wanted', 'gzip', 'deflate', 'options', 'async']
  assert.deepEqual(infer, Object.fromEntries(forms.map(form => [form, probabilities])))
  assert.deepEqual(rest, {
    live: true,
    ready: true,
    model_ready: [true, true, false],
    extensions: ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics'],
    metadata: {
      name: 'card_fraud',
      versions: ['1'],
      platform: 'onnx_onnxv1',
      inputs: [{ name: 'features', datatype: 'FP32', shape: ['-1', '15'] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: ['-1'] },
        { name: 'probabilities', datatype: 'FP32', shape: ['-1', '2'] },
      ],
    },
    config: [{ name: 'features', data_type: 'TYPE_FP32', dims: ['15'] }],
    index: { models: [{ name: 'card_fraud', version: '1', state: 'READY' }] },
    load: null,
    unload: ['StatusCode.INVALID_ARGUMENT', 'The model cannot be unloaded: the server has no other.'],
    stream: [probabilities, 'The model is unknown: this server has "card_fraud".', probabilities],
    id: '7',
    unknown: ['StatusCode.NOT_FOUND', 'The model is unknown: this server has "card_fraud".'],
    version: ['StatusCode.NOT_FOUND', 'The version is unknown: this server has 1.'],
    shape: ['StatusCode.INVALID_ARGUMENT', 'Input "features" must have the shape [-1,15], not [1,2].'],
    output: ['StatusCode.INVALID_ARGUMENT', 'The model has no such output: it has "label", "probabilities".'],
    classes: [
      'StatusCode.INVALID_ARGUMENT',
      'Classification and shared memory are not offered: send and ask for the tensor itself.',
    ],
    settings: ['StatusCode.UNIMPLEMENTED', 'Nothing answers this method.'],
    statistics: true,
  })
})
