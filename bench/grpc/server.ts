/**
 * Inference over gRPC and REST in a process of its own, so that the server alone is measured: both as they are shipped,
 * before a model that answers at once, and floors that answer the bytes that they were sent. Prints its ports as JSON,
 * and ends with its standard input.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { registerInferenceRoutes, type ServedModel, singleModel, startGrpc } from '@millrace/inference'
import { createHttpApp, createRegistry, Health } from '@millrace/platform'
import { COLUMNS, ECHO, MODEL } from './requests.ts'

const host = '127.0.0.1'
const health = new Health()
const server = { name: 'bench', version: '1' }
const models = singleModel(instantModel())

const grpc = await startGrpc({ models, health, server, host, port: 0 })
const app = createHttpApp({ metrics: createRegistry({ service: 'bench' }), health })
registerInferenceRoutes(app, { models, health, server })
await app.listen({ host, port: 0 })
const rest = (app.server.address() as AddressInfo).port
const grpcEcho = await startGrpcEcho()
const httpEcho = await startHttpEcho()

process.stdin.resume().once('end', () => process.exit(0))
process.stdout.write(`${JSON.stringify({ grpc: grpc.port, rest, grpcEcho, httpEcho })}\n`)

function instantModel(): ServedModel {
  const none = { count: 0, total: 0 }
  const counts = { succeeded: none, failed: none, dropped: none, queued: none, computed: none }
  return {
    identity: { name: MODEL, version: '1', digest: '0'.repeat(64) },
    versions: ['1'],
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, COLUMNS] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
    },
    joins: true,
    ready: true,
    statistics: { ...counts, rows: 0, slow: 0, lastAt: undefined },
    async infer([input]) {
      const rows = input!.shape[0]!
      return [{ datatype: 'FP32', shape: [rows, 2], data: new Float32Array(rows * 2) }]
    },
  }
}

/** grpc-js with messages that are never looked into. */
async function startGrpcEcho(): Promise<number> {
  const server = new Server()
  const same = (bytes: Buffer): Buffer => bytes
  const forms = {
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  }
  server.addService(
    { echo: { path: ECHO, requestStream: false, responseStream: false, ...forms } },
    {
      echo: (call: { request: Buffer }, done: (error: null, answer: Buffer) => void) =>
        done(null, call.request),
    },
  )
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    )
  })
}

/** Node's HTTP without anything around it; it also tells what the process has used. */
async function startHttpEcho(): Promise<number> {
  const server = createServer(async (request, response) => {
    const body = request.url === '/cpu' ? JSON.stringify(process.cpuUsage()) : await buffer(request)
    response.setHeader('content-type', 'application/octet-stream')
    response.end(body)
  })
  await once(server.listen(0, host), 'listening')
  return (server.address() as AddressInfo).port
}
