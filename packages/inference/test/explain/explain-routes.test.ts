import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { Health, type MetricsRegistry } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { type ExplainRoutesOptions, registerExplainRoutes } from '../../src/explain/explain-routes.ts'
import type { Explanation } from '../../src/explain/model-explainer.ts'

/** Explains nothing but which vector it was given. */
function explanationOf(vector: ArrayLike<number>): Explanation {
  const contributions = { a: vector[0]!, b: vector[1]! }
  return { score: 1, baseline: 0, contributions, standardErrors: { a: 0, b: 0 }, evaluations: 1, reasons: [] }
}

function serve(t: TestContext, options: Partial<ExplainRoutesOptions> = {}) {
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health: new Health() })
  t.after(() => app.close())
  const explainerOf: ExplainRoutesOptions['explainerOf'] = (name, version = '1') => {
    if (name === 'fraud' && version === '1') {
      return { inputs: ['a', 'b'], explain: async vector => explanationOf(vector) }
    }
    throw new MillraceError('NOT_FOUND', 'The model is unknown.')
  }
  registerExplainRoutes(app, { explainerOf, ...options })
  return async (path: string, body: unknown) => {
    const response = await app.inject({
      method: 'POST',
      url: `/v1/models/${path}`,
      payload: JSON.stringify(body),
    })
    return { status: response.statusCode, body: response.json() }
  }
}

test('instances are explained in their order, as lists or by name, of the model or of a version', async t => {
  const post = serve(t)
  const instances = [[1, 2], { b: 4, a: 3 }, [5, null]]
  const explanations = [explanationOf([1, 2]), explanationOf([3, 4]), explanationOf([5, null as never])]
  for (const path of ['fraud:explain', 'fraud/versions/1:explain']) {
    assert.deepStrictEqual(await post(path, { instances }), { status: 200, body: { explanations } })
  }
})

test('another model, and another version, are not found', async t => {
  const post = serve(t)
  for (const path of ['churn:explain', 'fraud/versions/2:explain']) {
    assert.deepStrictEqual(await post(path, { instances: [[1, 2]] }), {
      status: 404,
      body: { error: 'The model is unknown.' },
    })
  }
})

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['a list', [[1, 2]], 'The body must be {"instances": [...]}, with one instance at the least.'],
  [
    'no instance',
    { instances: [] },
    'The body must be {"instances": [...]}, with one instance at the least.',
  ],
  ['a number', { instances: [1] }, 'instances[0] must be a list of values, or an object of them by name.'],
  ['too few values', { instances: [[1, 2], [1]] }, 'instances[1] has 1 values, the model takes 2.'],
  [
    'a text',
    { instances: [[1, '2']] },
    'instances[0], "b", must be a finite number, or null where it is missing.',
  ],
  [
    'a name too many',
    { instances: [{ a: 1, b: 2, c: 3 }] },
    "instances[0] has a name that is none of the model's inputs.",
  ],
  ['a name too few', { instances: [{ a: 1 }] }, 'instances[0] lacks "b": a missing value is null.'],
]

for (const [name, body, error] of REFUSED) {
  test(`${name} is refused with 400 and the reason`, async t => {
    assert.deepStrictEqual(await serve(t)('fraud:explain', body), { status: 400, body: { error } })
  })
}

test('more instances than a request may bring are refused with 413', async t => {
  const post = serve(t, { maxInstances: 1 })
  assert.equal((await post('fraud:explain', { instances: [[1, 2]] })).status, 200)
  assert.deepStrictEqual(
    await post('fraud:explain', {
      instances: [
        [1, 2],
        [3, 4],
      ],
    }),
    {
      status: 413,
      body: { error: 'A request may have 1 instances explained: ask in parts.' },
    },
  )
})
