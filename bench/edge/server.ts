/**
 * An echo behind the edge that the environment asks for, as services have it. Prints its address, and ends with its
 * standard input.
 */
import { createLogger, createRegistry, Health, loadConfig } from '@millrace/platform'
import { createHttpApp, edgeConfig, needs, openEdge, readJson } from '@millrace/platform/http'

const metrics = createRegistry({ service: 'bench' })
const logger = createLogger({ service: 'bench', level: 'error' })
const edge = await openEdge(loadConfig(edgeConfig, process.env), { logger, metrics })
const app = createHttpApp({ logger, metrics, health: new Health(), edge })
app.post('/echo', needs('score'), ({ body }, reply) =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(readJson(body))),
)
app.get('/cpu', needs('score'), () => process.cpuUsage())

process.stdin.resume().once('end', () => process.exit(0))
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
