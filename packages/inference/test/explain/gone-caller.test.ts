import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Health, loadPipeline, type MetricsRegistry } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { registerExplainRoutes } from '../../src/explain/explain-routes.ts'
import { createModelExplainer } from '../../src/explain/model-explainer.ts'
import { createScoring } from '../../src/model/scoring.ts'
import { modelFolder, readNewestModel } from '../../src/registry/model-folder.ts'

const FILE = fileURLToPath(new URL('../../../../pipelines/card-fraud/pipeline.ts', import.meta.url))

test('an explanation whose caller has gone is given up', async t => {
  const pipeline = await loadPipeline(FILE)
  const version = await readNewestModel(modelFolder(FILE, pipeline.model), pipeline.model)
  const scoring = await createScoring(version, pipeline.model)
  t.after(() => scoring.close())
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<unknown>()
  const explainer = createModelExplainer({ pipeline, version, exactUpTo: 15, score: scoring.score })
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health: new Health() })
  t.after(() => app.close())
  registerExplainRoutes(app, {
    explainerOf: () => ({
      inputs: explainer.inputs,
      async explain(vector, options) {
        const explained = explainer.explain(vector, options)
        begun.resolve()
        ended.resolve(await explained.catch(error => error))
        return explained
      },
    }),
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const caller = new AbortController()
  const answer = fetch(`${url}/v1/models/card_fraud:explain`, {
    method: 'POST',
    body: JSON.stringify({ instances: version.manifest!.sample.rows }),
    signal: caller.signal,
  })
  await begun.promise
  caller.abort()
  await assert.rejects(answer, { name: 'AbortError' })
  assert.equal(((await ended.promise) as { code?: string }).code, 'REQUEST_CANCELLED')
})
