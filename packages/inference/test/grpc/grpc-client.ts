import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  credentials as channelCredentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import type protobuf from 'protobufjs'
import { loadProto } from './proto-files.ts'

const PROTO = loadProto()
const READABLE = { longs: Number, enums: String, defaults: true, arrays: true } as const

/** What became of a call: its status, and the answer where there is one. */
export interface Outcome {
  readonly code: number
  readonly message: string
  readonly answer?: unknown
  readonly trailers?: Record<string, unknown>
}

export interface CallExtras extends CallOptions {
  readonly metadata?: Record<string, string>
}

/** grpc-js with messages by protobufjs: neither has anything of ours in it. */
export class GrpcClient {
  readonly channel: Client

  constructor(
    port: number,
    options: ChannelOptions = {},
    credentials: ChannelCredentials = channelCredentials.createInsecure(),
  ) {
    this.channel = new Client(`127.0.0.1:${port}`, credentials, options)
  }

  /** Calls a method of the inference service. */
  infer(method: string, request: object, extras?: CallExtras): Promise<Outcome> {
    return this.call(`inference.GRPCInferenceService.${method}`, request, extras)
  }

  call(method: string, request: object, { metadata = {}, ...options }: CallExtras = {}): Promise<Outcome> {
    const form = formOf(method)
    return new Promise(resolve => {
      const done = (error: ServiceError | null, answer?: unknown): void =>
        resolve(error === null ? { code: 0, message: '', answer } : failed(error))
      this.channel.makeUnaryRequest(
        form.path,
        form.write,
        form.read,
        request,
        metadataOf(metadata),
        options,
        done,
      )
    })
  }

  /** Opens a call whose requests, or answers, are streams. */
  open(method: string, options: CallOptions = {}) {
    const form = formOf(method)
    return this.channel.makeBidiStreamRequest(form.path, form.write, form.read, new Metadata(), options)
  }

  close(): void {
    this.channel.close()
  }
}

function formOf(name: string) {
  const [, service, method] = /^(.*)\.(\w+)$/.exec(name)!
  const owner = PROTO.lookupService(service!)
  const { requestType, responseType } = owner.methods[method!]!
  const request = owner.lookupType(requestType)
  const response = owner.lookupType(responseType)
  return {
    path: `/${service}/${method}`,
    write: (object: object) => Buffer.from(request.encode(request.fromObject(object)).finish()),
    read: (bytes: Buffer): unknown => readable(response, bytes),
  }
}

function readable(type: protobuf.Type, bytes: Buffer): unknown {
  return type.toObject(type.decode(bytes), READABLE)
}

function metadataOf(given: Record<string, string>): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(given)) metadata.set(name, value)
  return metadata
}

function failed({ code, details, metadata }: ServiceError): Outcome {
  return { code, message: details, trailers: metadata.getMap() }
}
