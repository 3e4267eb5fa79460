import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { type AddressInfo, Server } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { MillraceError } from '@millrace/core'
import { Admission, type CallAccess, type SubjectOf } from './admission.ts'
import { Call } from './call.ts'
import { Connections } from './connections.ts'
import { HeldBytes } from './held-bytes.ts'
import { isMessageEncoding, MESSAGE_ENCODINGS } from './inflate.ts'
import { DEFAULT_GRPC_LIMITS, type GrpcLimits } from './limits.ts'
import type { Method } from './method.ts'
import { OpenCalls } from './open-calls.ts'
import { refuse } from './refuse.ts'
import { type CallStatus, STATUS, statusOf } from './status.ts'
import { readTimeout } from './timeout.ts'

/** Bytes that may come before we say that there is room for more: messages of some size need not wait for that. */
const STREAM_WINDOW = 1_048_576
const CONNECTION_WINDOW = 4 * STREAM_WINDOW

/** The certificates of a server, which may be renewed while it runs. */
export interface GrpcTls {
  serverOptions(): TlsOptions
  onRenewal(take: (context: SecureContextOptions) => void): void
}

export interface GrpcServerOptions {
  readonly methods: readonly Method[]
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** Without it anybody may call everything. */
  readonly access?: CallAccess | undefined
  /** How client certificates are read; without it they say nothing. */
  readonly subjectOf?: SubjectOf | undefined
  readonly tls?: GrpcTls | undefined
  readonly limits?: Partial<GrpcLimits> | undefined
  /** Told of every error that is our own, and of connections that break. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** A server that answers calls. */
export interface GrpcServer {
  readonly port: number
  /** Takes no calls any more, lets those under way finish, and closes every connection. */
  close(): Promise<void>
}

/**
 * Answers gRPC over node's own HTTP/2: grpc-js needs more CPU to echo a call than an inference takes here (docs/adr/0010-grpc-on-http2.md). Throws CONFIG_INVALID when
 * the address is taken or is not of this machine.
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const limits = { ...DEFAULT_GRPC_LIMITS, ...options.limits }
  const server = createHttp2(limits, options.tls)
  const connections = new Connections(limits)
  const calls = new OpenCalls(limits.answerTimeout)
  server.on('session', session => {
    session.setLocalWindowSize(CONNECTION_WINDOW)
    connections.add(session)
  })
  server.on('stream', callHandler(options, limits, calls))
  server.on('sessionError', () => {})
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      // HTTP/2's own close would end the connections at once, without a word before.
      const closed = new Promise(resolve => Server.prototype.close.call(server, resolve))
      calls.endOpenEnded()
      await connections.end()
      calls.stop()
      await closed
    },
  }
}

function createHttp2(limits: GrpcLimits, tls: GrpcTls | undefined): Http2Server {
  const options = {
    settings: {
      maxConcurrentStreams: limits.streamsPerConnection,
      maxHeaderListSize: limits.headerBytes,
      initialWindowSize: STREAM_WINDOW,
    },
    maxSessionMemory: 64,
    // Calls whose deadlines pass are reset, which is no attack: node's own bound is 33 a second.
    streamResetBurst: 5_000,
    streamResetRate: 500,
  }
  if (tls === undefined) return withLimits(createServer(options), limits)
  const server = createSecureServer({ ...tls.serverOptions(), ...options })
  tls.onRenewal(context => server.setSecureContext(context))
  return withLimits(server as unknown as Http2Server, limits)
}

function withLimits(server: Http2Server, { connections }: GrpcLimits): Http2Server {
  server.maxConnections = connections
  return server
}

async function listen(server: Http2Server, { host, port }: GrpcServerOptions): Promise<void> {
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen(port, host, listening.resolve)
  await listening.promise.catch((cause: Error) => {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${host}:${port} cannot be listened on for gRPC: ${cause.message}. Give another port, or 0 for any free one.`,
      { cause },
    )
  })
}

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

function callHandler(
  { methods, access, subjectOf, onFailure = () => {} }: GrpcServerOptions,
  limits: GrpcLimits,
  calls: OpenCalls,
): OnStream {
  const byPath = new Map(methods.map(method => [method.path, method]))
  const admission = new Admission(access, subjectOf)
  const held = new HeldBytes(limits.heldBytes)
  const { messageBytes: maxBytes } = limits

  function open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, method: Method): void {
    const { 'grpc-timeout': given, 'grpc-encoding': encoding = 'identity' } = headers
    const timeout = typeof given === 'string' ? readTimeout(given) : undefined
    const options = { stream, method, timeout, maxBytes, held, onFailure, encoding: String(encoding) }
    const call = new Call(options)
    calls.add(call)
    stream.on('close', () => calls.delete(call))
    const admitted = admission.admit(method, headers, stream)
    if (admitted === undefined) call.begin()
    else admitted.then(() => call.begin(), call.fail)
  }

  return (stream, headers) => {
    stream.on('error', () => {})
    const method = byPath.get(headers[':path'] as string)
    try {
      const fault = faultOf(headers, method)
      if (method !== undefined && fault === undefined) return open(stream, headers, method)
      admission.admitStray(stream)
      refuse(stream, fault!)
    } catch (error) {
      refuse(stream, statusOf(error))
    }
  }
}

/** Why a call cannot be taken, whoever sends it. */
function faultOf(headers: IncomingHttpHeaders, method: Method | undefined): CallStatus | undefined {
  const { 'content-type': type = '', 'grpc-encoding': encoding = 'identity' } = headers
  if (headers[':method'] !== 'POST' || !/^application\/grpc(\+proto)?(;|$)/.test(type)) {
    return { code: STATUS.invalidArgument, message: 'This port answers gRPC: POST with application/grpc.' }
  }
  if (method === undefined) return { code: STATUS.unimplemented, message: 'Nothing answers this method.' }
  if (isMessageEncoding(String(encoding))) return undefined
  const message = `The compression of the message is not supported: use one of ${MESSAGE_ENCODINGS}.`
  return { code: STATUS.unimplemented, message }
}
