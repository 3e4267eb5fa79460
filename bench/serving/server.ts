/**
 * One served model behind HTTP, until stdin ends: with `echo`, a plain fastify that gives the body back instead. Prints
 * its URL. `GET /cpu` answers what the process has used (µs).
 */
import { openModel, registerInferenceRoutes, servedModel, singleModel } from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp, described, type HttpApp } from '@millrace/platform/http'
import { fastify } from 'fastify'
import { readModelFile } from './model.ts'

const CPU = described({ scope: 'open', tag: 'bench', summary: 'CPU of the process (µs).', answers: {} })

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
process.stdin.resume().once('end', () => process.exit(0))
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
