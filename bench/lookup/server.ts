/**
 * The scorer's lookups in a process of their own, so that the server alone is measured: the routes as they are shipped,
 * and a floor that reads a body and answers a text. Reads `REDIS_URL`, prints its address, and ends with its standard
 * input.
 */
import { once } from 'node:events'
import cardFraud from '@millrace/card-fraud'
import { createHttpApp, createRegistry, Health, needs, readJson } from '@millrace/platform'
import { connectOnlineRedis, FeatureLookup, RedisStateReader, RowPublisher } from '@millrace/platform/online'
import { registerFeastRoutes } from '../../services/scorer/src/routes/feast/feast-routes.ts'
import { registerFeatureRoutes } from '../../services/scorer/src/routes/features/feature-routes.ts'
import { LOOKUP_NOW } from './states.ts'

const redis = connectOnlineRedis(process.env['REDIS_URL']!)
const reader = new RedisStateReader(redis, cardFraud.namespace)
const lookup = new FeatureLookup(cardFraud, reader)
const health = new Health()
const app = createHttpApp({ metrics: createRegistry({ service: 'bench' }), health })
const options = { lookup, clock: { now: () => LOOKUP_NOW }, maxEntities: 1_000 }
registerFeatureRoutes(app, options)
const publisher = new RowPublisher({ maxWaiting: 0 })
registerFeastRoutes(app, { ...options, pipeline: cardFraud, health, publisher, maxRows: 0 })

let answer = ''
app.put('/answer', needs('open'), request => {
  answer = String(request.body)
  return {}
})
app.post('/echo', needs('open'), (request, reply) => {
  readJson(request.body)
  return reply.type('application/json; charset=utf-8').send(answer)
})
app.get('/cpu', needs('open'), () => process.cpuUsage())

process.stdin.resume().once('end', () => process.exit(0))
await once(redis, 'ready')
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
