/**
 * The scorer's answers to requests in a process of their own, so that the server alone is measured: decisions on events
 * with their features from Redis, inference of a row by the same model, and a floor that reads a body and answers it.
 * Reads `REDIS_URL`, prints its address, and ends with its standard input.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import cardFraud from '@millrace/card-fraud'
import { WindowStatistics } from '@millrace/core'
import {
  modelFolder,
  readNewestModel,
  registerInferenceRoutes,
  servedModel,
  singleModel,
} from '@millrace/inference'
import { createHttpApp, createRegistry, Health, needs, readJson } from '@millrace/platform'
import { connectOnlineRedis, guardReader, OnlineFeatures, RedisStateReader } from '@millrace/platform/online'
import { compileDecide } from '../../services/scorer/src/decide/decide-requests.ts'
import { compileReadFeatures } from '../../services/scorer/src/decide/read-features.ts'
import { openScoredVersion } from '../../services/scorer/src/models/scored-version.ts'
import { registerScoreRoute } from '../../services/scorer/src/routes/score.ts'
import { LOOKUP_NOW } from '../lookup/states.ts'

const pipelineFile = join(import.meta.dirname, '../../pipelines/card-fraud/pipeline.ts')
const { model, monitor, scored } = cardFraud
const version = await openScoredVersion(await readNewestModel(modelFolder(pipelineFile, model), model), {
  pipeline: cardFraud,
  statistics: new WindowStatistics({ inputs: model.inputs, window: monitor.window, grace: scored.grace }),
  runtime: {},
  explanations: { exactUpTo: 12, maxRows: 4_096 },
})
const models = { champion: version, shadow: undefined, degraded: undefined, forKey: () => version }

const redis = connectOnlineRedis(process.env['REDIS_URL']!)
const online = new OnlineFeatures(cardFraud, guardReader(new RedisStateReader(redis, cardFraud.namespace)))
const health = new Health()
const app = createHttpApp({ metrics: createRegistry({ service: 'bench' }), health })
registerScoreRoute(app, {
  pipeline: cardFraud,
  decideAll: compileDecide(cardFraud, models, compileReadFeatures(cardFraud, online)),
  log: { add: () => {} },
  clock: { now: () => LOOKUP_NOW },
})
const served = singleModel(servedModel(version.identity, version.model))
registerInferenceRoutes(app, { models: served, health, server: { name: 'bench', version: '1' } })
app.post('/echo', needs('open'), (request, reply) => {
  readJson(request.body)
  return reply.type('application/json; charset=utf-8').send(request.body)
})
app.get('/cpu', needs('open'), () => process.cpuUsage())

process.stdin.resume().once('end', () => process.exit(0))
await once(redis, 'ready')
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
