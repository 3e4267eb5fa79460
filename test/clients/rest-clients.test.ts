import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { pythonWith } from '../harness/python-environment.ts'
import { ROWS, startModelServer } from './model-server.ts'

const HERE = import.meta.dirname
const run = promisify(execFile)

async function python(script: string, url: string): Promise<Record<string, unknown>> {
  const interpreter = await pythonWith('clients', join(HERE, 'requirements.txt'))
  const { stdout } = await run(interpreter, [join(HERE, script), url, JSON.stringify(ROWS)])
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

test('tritonclient over HTTP works with its defaults, and with every other form that it has', async t => {
  const { url, probabilities } = await startModelServer(t)
  const { infer, compressed, ...rest } = await python('triton_http.py', url)
  const forms = ['defaults', 'version', 'json', 'mixed', 'options', 'async']
  assert.deepEqual(infer, Object.fromEntries(forms.map(form => [form, probabilities])))
  for (const refusal of compressed as readonly unknown[]) assert.equal(refusal, null)
  assert.deepEqual(rest, {
    live: true,
    ready: true,
    model_ready: [true, true, false],
    extensions: ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics'],
    metadata: {
      name: 'card_fraud',
      versions: ['1'],
      platform: 'onnx_onnxv1',
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 15] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      ],
    },
    config: [{ name: 'features', data_type: 'TYPE_FP32', dims: [15] }],
    index: [{ name: 'card_fraud', version: '1', state: 'READY', reason: '' }],
    load: null,
    unload: ['400', 'The model cannot be unloaded: the server has no other.'],
    id: '7',
    unknown: ['404', 'The model is unknown: this server has "card_fraud".'],
    shape: ['400', 'Input "features" must have the shape [-1,15], not [1,2].'],
    output: ['400', 'The model has no such output: it has "label", "probabilities".'],
    classes: ['400', 'Classification and shared memory are not offered: ask for the tensor itself.'],
    answer_gzip: probabilities,
    statistics: true,
    all_statistics: 1,
  })
})

test("KServe's client works in both versions of the protocol", async t => {
  const { url, probabilities } = await startModelServer(t)
  assert.deepEqual(await python('kserve_rest.py', url), {
    live: [true, true],
    ready: true,
    model_ready: [true, true],
    v1: predictionsOf(probabilities),
    v2: probabilities,
    v2_binary: probabilities,
    refusals: [400, 400],
  })
})

test('curl sends rows with no more than a body', async t => {
  const { url, probabilities } = await startModelServer(t)
  const body = JSON.stringify({ instances: ROWS })
  const { stdout } = await run('curl', ['-sf', `${url}/v1/models/card_fraud:predict`, '-d', body])
  assert.deepEqual(JSON.parse(stdout), { predictions: predictionsOf(probabilities) })
})

/** A model of several outputs answers an object for each row. */
function predictionsOf(probabilities: readonly (readonly number[])[]): readonly object[] {
  return probabilities.map(row => ({ label: Number(row[1]! > 0.5), probabilities: row }))
}
