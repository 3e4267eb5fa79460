import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import type { RepositoryEntry } from '../../src/served/served-models.ts'
import { singleModel } from '../../src/served/single-model.ts'
import { echoModel } from './echo-model.ts'
import { fakeModel } from './fake-model.ts'
import { get, post, serveModels } from './serve.ts'

const ENTRIES: readonly RepositoryEntry[] = [
  { name: 'fraud', version: '3', state: 'READY', reason: '' },
  { name: 'fraud', version: '4', state: 'UNAVAILABLE', reason: 'The inputs are others.' },
]

function serveRepository(t: TestContext) {
  const done: string[] = []
  const known = (name: string): void => {
    if (name !== 'fraud') throw new MillraceError('NOT_FOUND', 'The model is unknown.')
  }
  const app = serveModels(t, {
    ...singleModel(fakeModel()),
    index: () => ENTRIES,
    async load(name) {
      known(name)
      done.push(`load ${name}`)
    },
    async unload(name) {
      known(name)
      done.push(`unload ${name}`)
    },
  })
  return { app, done }
}

test('the repository tells every version, or only those that are ready', async t => {
  const { app } = serveRepository(t)
  for (const body of [undefined, {}, { ready: false }]) {
    assert.deepEqual(await post(app, '/v2/repository/index', body), { status: 200, body: ENTRIES })
  }
  assert.deepEqual(await post(app, '/v2/repository/index', { ready: true }), {
    status: 200,
    body: [ENTRIES[0]],
  })
  assert.equal((await post(app, '/v2/repository/index', { ready: 1 })).status, 400)
  assert.equal((await post(app, '/v2/repository/index', [])).status, 400)
})

test('models are loaded and unloaded, with and without a body', async t => {
  const { app, done } = serveRepository(t)
  for (const body of [undefined, {}, { parameters: {} }]) {
    assert.deepEqual(await post(app, '/v2/repository/models/fraud/load', body), { status: 200, body: {} })
  }
  const unload = { parameters: { unload_dependents: true } }
  assert.deepEqual(await post(app, '/v2/repository/models/fraud/unload', unload), { status: 200, body: {} })
  assert.deepEqual(done, ['load fraud', 'load fraud', 'load fraud', 'unload fraud'])
  for (const verb of ['load', 'unload']) {
    assert.deepEqual(await post(app, `/v2/repository/models/churn/${verb}`), {
      status: 404,
      body: { error: 'The model is unknown.' },
    })
  }
})

test('a model that comes with the request is refused', async t => {
  const { app, done } = serveRepository(t)
  for (const name of ['config', 'file:1/model.onnx']) {
    assert.deepEqual(await post(app, '/v2/repository/models/fraud/load', { parameters: { [name]: '{}' } }), {
      status: 400,
      body: {
        error:
          'A model cannot be sent: put it into the model folder or the registry, and load it from there.',
      },
    })
  }
  assert.deepEqual(done, [])
})

test('the configuration of a model that takes rows leaves the rows out', async t => {
  const app = serveModels(t, fakeModel())
  const config = {
    name: 'fraud',
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    version_policy: { specific: { versions: [3] } },
    max_batch_size: 4_096,
    input: [{ name: 'features', data_type: 'TYPE_FP32', dims: [3] }],
    output: [{ name: 'probabilities', data_type: 'TYPE_FP32', dims: [2] }],
    dynamic_batching: {},
  }
  for (const path of ['/v2/models/fraud', '/v2/models/fraud/versions/3']) {
    assert.deepEqual(await get(app, `${path}/config`), { status: 200, body: config })
  }
  assert.equal((await get(app, '/v2/models/churn/config')).status, 404)
})

test('the configuration of a model without rows tells whole shapes', async t => {
  const model = echoModel([{ name: 'x', datatype: 'BYTES', shape: [-1, 2] }], false)
  const app = serveModels(t, { ...model, versions: ['rc-1'] })
  assert.deepEqual((await get(app, '/v2/models/echo/config')).body, {
    name: 'echo',
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: [{ name: 'x', data_type: 'TYPE_STRING', dims: [-1, 2] }],
    output: [{ name: 'x_out', data_type: 'TYPE_STRING', dims: [-1, 2] }],
  })
})

test('statistics are told for all models, for one and for a version', async t => {
  const model = fakeModel()
  const statistics = {
    ...model.statistics,
    rows: 10,
    succeeded: { count: 3, total: 1.5 },
    failed: { count: 1, total: 0.25 },
    dropped: { count: 2, total: 4 },
    queued: { count: 3, total: 0.5 },
    computed: { count: 2, total: 0.125 },
    lastAt: 1_700_000_000_000,
  }
  const app = serveModels(t, { ...model, statistics })
  const stats = {
    name: 'fraud',
    version: '3',
    last_inference: 1_700_000_000_000,
    inference_count: 10,
    execution_count: 2,
    inference_stats: {
      success: { count: 3, ns: 1_500_000 },
      fail: { count: 3, ns: 4_250_000 },
      queue: { count: 3, ns: 500_000 },
      compute_infer: { count: 2, ns: 125_000 },
    },
    batch_stats: [],
  }
  for (const path of ['/v2/models/stats', '/v2/models/fraud/stats', '/v2/models/fraud/versions/3/stats']) {
    assert.deepEqual(await get(app, path), { status: 200, body: { model_stats: [stats] } })
  }
  assert.equal((await get(app, '/v2/models/churn/stats')).status, 404)
  assert.equal((await get(app, '/v2/models/fraud/versions/9/stats')).status, 404)
})
