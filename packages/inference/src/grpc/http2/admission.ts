import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Method, MethodScope } from './method.ts'

/** What a call brings to say who sends it. */
export interface CallCredentials {
  /** The metadata `authorization`. */
  readonly authorization: string | undefined
  /** The metadata `x-api-key`. */
  readonly apiKey: string | undefined
  /** The subject of the client certificate that TLS has verified. */
  readonly subject: string | undefined
  /** The address that the connection comes from. */
  readonly address: string
}

/** Decides who may call. */
export interface CallAccess {
  /** Throws or rejects when the call is refused. */
  admit(credentials: CallCredentials, scope: Exclude<MethodScope, 'open'>): unknown
  /** Takes a call that nobody answers, such as one of an unknown method. Throws when there are too many. */
  admitStray(credentials: Pick<CallCredentials, 'address'>): void
}

/** Reads the subject of a connection's certificate. */
export type SubjectOf = (socket: TLSSocket) => string | undefined

type Peer = Pick<CallCredentials, 'subject' | 'address'>

/** Lets those calls in that `access` admits to the scope of their method. */
export class Admission {
  readonly #access: CallAccess | undefined
  readonly #subjectOf: SubjectOf | undefined
  /** Read once: a connection keeps its address and its certificate. */
  readonly #peers = new WeakMap<Http2Session, Peer>()

  constructor(access: CallAccess | undefined, subjectOf: SubjectOf | undefined) {
    this.#access = access
    this.#subjectOf = subjectOf
  }

  /** Answers a promise where it cannot be said at once. Throws, or rejects, as `CallAccess.admit` does. */
  admit(
    { scope }: Method,
    headers: IncomingHttpHeaders,
    stream: ServerHttp2Stream,
  ): Promise<unknown> | undefined {
    if (this.#access === undefined || scope === 'open') return undefined
    const apiKey = headers['x-api-key']
    const credentials = {
      ...this.#peerOf(stream.session!),
      authorization: headers.authorization,
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    }
    const admitted = this.#access.admit(credentials, scope)
    return admitted instanceof Promise ? admitted : undefined
  }

  /** Takes a call that nobody answers. Throws as `CallAccess.admitStray` does. */
  admitStray(stream: ServerHttp2Stream): void {
    this.#access?.admitStray(this.#peerOf(stream.session!))
  }

  #peerOf(session: Http2Session): Peer {
    const known = this.#peers.get(session)
    if (known !== undefined) return known
    const { socket } = session
    const subject = session.encrypted ? this.#subjectOf?.(socket as TLSSocket) : undefined
    const peer = { address: socket.remoteAddress ?? 'unknown', subject }
    this.#peers.set(session, peer)
    return peer
  }
}
