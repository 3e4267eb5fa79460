/**
 * One served model behind HTTP, until stdin ends: with `echo`, a plain fastify that gives the body back instead. Prints
 * its URL. `GET /cpu` answers what the process has used (µs), `GET /loop` by how much the event loop was late since the
 * last time that this was asked (ms).
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openModel, registerInferenceRoutes, servedModel, singleModel } from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp, described, type HttpApp } from '@millrace/platform/http'
import { fastify } from 'fastify'
import { readModelFile } from './model.ts'

const CPU = described({ scope: 'open', tag: 'bench', summary: 'CPU of the process (µs).', answers: {} })
const LOOP = described({ scope: 'open', tag: 'bench', summary: 'Delay of the event loop.', answers: {} })
/** How often the loop is looked at (ms); a delay counts from there. */
const RESOLUTION = 1

async function serving(): Promise<HttpApp> {
  const health = new Health()
  const app = createHttpApp({ metrics: createRegistry({ service: 'bench' }), health })
  const model = await openModel({ onnx: await readModelFile() })
  const identity = { name: 'card_fraud', version: '1', digest: '' }
  const models = singleModel(servedModel(identity, model))
  registerInferenceRoutes(app, { models, health, server: { name: 'millrace', version: '0' } })
  return app
}

function echoing(): HttpApp {
  const app = fastify()
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  app.post('/echo', request => request.body)
  return app
}

const app = process.argv[2] === 'echo' ? echoing() : await serving()
app.get('/cpu', CPU, () => process.cpuUsage())
const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
app.get('/loop', LOOP, () => {
  const answer = { p99: delays.percentile(99) / 1e6 - RESOLUTION, max: delays.max / 1e6 - RESOLUTION }
  delays.reset()
  delays.enable()
  return answer
})
process.stdin.resume().once('end', () => process.exit(0))
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
