import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { inTurn, mean, TURNS } from '../in-turn.ts'
import type { BenchOptions } from '../options.ts'
import { report } from '../report.ts'
import { ECHO, grpcRequest, MODEL, restRequest } from './requests.ts'
import { InferenceServer } from './server-process.ts'

type Send = () => Promise<void>

interface Client {
  readonly send: Send
  close(): void
}

/**
 * One inference of one row and of a hundred, by so many callers at once: CPU of the server alone, over gRPC and over
 * REST with bytes, each beside an echo of the same request.
 */
export async function benchGrpc({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const server = await InferenceServer.start(cpuProfiles)
  try {
    for (const rows of [1, 100])
      for (const streams of [1, 16, 64]) await benchCalls(server, rows, streams, quick ? 3_000 : 30_000)
  } finally {
    await server.stop()
  }
}

async function benchCalls(
  server: InferenceServer,
  rows: number,
  streams: number,
  requests: number,
): Promise<void> {
  const clients = Object.entries(clientsOf(server, rows, streams))
  // Code that is new is slow.
  for (const [, { send }] of clients) await server.cpuOf(send, streams, Math.ceil(requests / 3))
  const perTurn = Math.ceil(requests / TURNS)
  const turns = await inTurn(
    clients.map(
      ([, { send }]) =>
        () =>
          server.cpuOf(send, streams, perTurn),
    ),
  )
  const cpu = new Map(clients.map(([name], i) => [name, mean(turns[i]!)]))
  const suffix = `${rows}_rows.${streams}_streams`
  for (const [name, value] of cpu) report('grpc', `${name}.${suffix}.cpu`, value, 'us/request')
  report('grpc', `grpc_over_rest.${suffix}`, cpu.get('grpc')! / cpu.get('rest')!, 'ratio')
  for (const [, client] of clients) client.close()
}

function clientsOf({ ports }: InferenceServer, rows: number, streams: number): Record<string, Client> {
  const message = grpcRequest(rows)
  const { body, headerLength } = restRequest(rows)
  const header = { 'inference-header-content-length': String(headerLength) }
  return {
    grpc: overHttp2(ports.grpc, '/inference.GRPCInferenceService/ModelInfer', message),
    rest: overHttp1(ports.rest, `/v2/models/${MODEL}/infer`, body, streams, header),
    'grpc-js_echo': overHttp2(ports.grpcEcho, ECHO, message),
    http_echo: overHttp1(ports.httpEcho, ECHO, body, streams),
  }
}

/** Calls over one connection, with the headers of grpc-python. */
function overHttp2(port: number, path: string, message: Buffer): Client {
  const session = connect(`http://127.0.0.1:${port}`)
  const headers = {
    ':method': 'POST',
    ':path': path,
    te: 'trailers',
    'content-type': 'application/grpc',
    'user-agent': 'grpc-python/1.85.1 grpc-c/48.0.0 (linux; chttp2)',
    'grpc-accept-encoding': 'identity, deflate, gzip',
  }
  return {
    async send() {
      const stream = session.request(headers)
      const trailers = once(stream, 'trailers')
      stream.resume()
      stream.end(message)
      const [{ 'grpc-status': status }] = await trailers
      if (status !== '0') throw new Error(`${path} ended with ${status}`)
    },
    close: () => session.close(),
  }
}

function overHttp1(port: number, path: string, body: Buffer, sockets: number, headers = {}): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  return {
    async send() {
      const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers })
      call.end(body)
      const [response] = await once(call, 'response')
      const answer = await buffer(response)
      if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}: ${answer}`)
    },
    close: () => agent.destroy(),
  }
}
