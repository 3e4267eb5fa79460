import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { MillraceError } from '@millrace/core'
import { type Frame, FrameReader, framed } from './frames.ts'
import type { HeldBytes } from './held-bytes.ts'
import { inflateMessage } from './inflate.ts'
import type { AnsweringMethod, CallContext, Method, WatchingMethod } from './method.ts'
import { HEADERS, refuse } from './refuse.ts'
import { type CallStatus, STATUS, statusOf, trailersOf } from './status.ts'

export interface CallOptions {
  readonly stream: ServerHttp2Stream
  readonly method: Method
  /** How its messages are compressed, where they are. */
  readonly encoding: string
  /** How long the client waits (ms); undefined when it does not say. */
  readonly timeout: number | undefined
  readonly maxBytes: number
  readonly held: HeldBytes
  /** Told of errors that are our own. */
  readonly onFailure: (error: unknown) => void
}

const STREAMING = { waitForTrailers: true, sendDate: false }
const OK: CallStatus = { code: STATUS.ok, message: '' }
const OK_TRAILERS = { 'grpc-status': '0' }

/** One call from its headers to its end. */
export class Call implements CallContext {
  readonly since = performance.now()
  readonly deadline: number | undefined
  /** Its place among the open calls. */
  slot: number | undefined
  readonly #options: CallOptions
  readonly #stream: ServerHttp2Stream
  readonly #frames: FrameReader
  #heldBytes = 0
  /** The only message of a call that has one. */
  #request: Frame | undefined
  #ended = false
  /** What a watch looks at, and what it has seen last. */
  #watched: Buffer | undefined
  #seen: Buffer | undefined

  constructor(options: CallOptions) {
    const { stream, timeout, maxBytes } = options
    this.#options = options
    this.#stream = stream
    this.#frames = new FrameReader(maxBytes)
    this.deadline = timeout === undefined ? undefined : this.since + timeout
  }

  /** Whether it goes on for as long as the client likes. */
  get isOpenEnded(): boolean {
    return this.#options.method.kind !== 'unary'
  }

  readonly isWanted = (): boolean => !this.#ended && !this.#stream.closed

  /** Takes requests from now on. */
  begin(): void {
    const { method } = this.#options
    if (method.kind === 'conversation') {
      this.#converse(method).then(() => this.end(OK), this.fail)
      return
    }
    this.#stream.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#stream.on('end', () => {
      if (method.kind === 'unary') void this.#answer(method)
      else this.#watch()
    })
  }

  readonly fail = (error: unknown): void => {
    const status = statusOf(error)
    if (status.code === STATUS.internal && this.isWanted()) this.#options.onFailure(error)
    this.end(status)
  }

  /** Ends the call before it has been answered, or its stream of answers. */
  end(status: CallStatus): void {
    const stream = this.#stream
    if (this.#ended || stream.closed) return
    this.#ended = true
    if (stream.headersSent) {
      stream.once('wantTrailers', () => stream.sendTrailers(trailersOf(status)))
      stream.end()
      // What still comes is of no use. To reset the stream now would overtake its trailers.
      stream.resume()
    } else refuse(stream, status)
  }

  /** Sends what a watch sees, when it is not what it has seen before. */
  look(): void {
    if (this.#watched === undefined || !this.isWanted()) return
    const seen = (this.#options.method as WatchingMethod).look(this.#watched)
    if (this.#seen?.equals(seen)) return
    this.#seen = seen
    this.#stream.write(framed(Buffer.from(seen)))
  }

  /** The stream has ended, whoever has ended it. */
  release(): void {
    this.#ended = true
    this.#options.held.give(this.#heldBytes)
    this.#heldBytes = 0
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return
    try {
      this.#hold(chunk)
      this.#request ??= this.#frames.take()
    } catch (error) {
      this.fail(error)
    }
  }

  #hold(chunk: Buffer): void {
    this.#heldBytes += chunk.length
    this.#options.held.take(chunk.length)
    this.#frames.add(chunk)
  }

  async #answer(method: AnsweringMethod): Promise<void> {
    if (this.#ended) return
    try {
      const request = this.#onlyMessage()
      const message = request.compressed ? await this.#inflated(request) : request.bytes
      const answer = await method.answer(message, this)
      if (this.deadline !== undefined && this.deadline <= performance.now()) throw late()
      this.#succeed(answer)
    } catch (error) {
      this.fail(error)
    }
  }

  #succeed(answer: Buffer): void {
    const stream = this.#stream
    if (this.#ended || stream.closed) return
    this.#ended = true
    stream.respond(HEADERS, STREAMING)
    stream.on('wantTrailers', sendOk)
    stream.end(framed(answer))
  }

  async #converse(method: AnsweringMethod): Promise<void> {
    const stream = this.#stream
    stream.respond(HEADERS, STREAMING)
    // A stream that is left by an error is to be ended by its status, not torn down.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      this.#hold(chunk)
      for (let frame = this.#frames.take(); frame !== undefined; frame = this.#frames.take()) {
        const message = frame.compressed ? await this.#inflated(frame) : frame.bytes
        const answer = await method.answer(message, this)
        if (!this.isWanted()) return
        if (!stream.write(framed(answer))) await once(stream, 'drain')
      }
      this.#options.held.give(this.#heldBytes)
      this.#heldBytes = 0
    }
  }

  #watch(): void {
    if (this.#ended) return
    try {
      this.#watched = this.#onlyMessage().bytes
      this.#stream.respond(HEADERS, STREAMING)
      this.look()
    } catch (error) {
      this.fail(error)
    }
  }

  #onlyMessage(): Frame {
    if (this.#request !== undefined && this.#frames.length === 0) return this.#request
    throw new MillraceError('REQUEST_INVALID', 'The call must have exactly one whole message.')
  }

  #inflated({ bytes }: Frame): Promise<Buffer> {
    return inflateMessage(bytes, this.#options.encoding, this.#options.maxBytes)
  }
}

function sendOk(this: ServerHttp2Stream): void {
  this.sendTrailers(OK_TRAILERS)
}

function late(): MillraceError {
  return new MillraceError('DEADLINE_EXCEEDED', 'The deadline of the request has passed.')
}
