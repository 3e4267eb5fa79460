import { constants, type ServerHttp2Session } from 'node:http2'
import type { GrpcLimits } from './limits.ts'

/** How long a client may go on opening calls until it has heard that it should not (ms). */
const NOTICE_MS = 1_000
const LAST_STREAM = 2 ** 31 - 1
const WATCH_MS = 1_000

interface Connection {
  /** When it is to be opened anew, by `performance.now()` (ms). */
  readonly endsAt: number
  /** When its client was last heard of. */
  heardAt: number
  /** Whether a ping is under way. */
  asked: boolean
}

type Limits = Pick<GrpcLimits, 'keepalive' | 'connectionAge' | 'grace'>

/** The open connections: those whose clients have gone are let go, and old ones are ended in good order. */
export class Connections {
  readonly #limits: Limits
  readonly #connections = new Map<ServerHttp2Session, Connection>()
  readonly #watch: NodeJS.Timeout

  constructor(limits: Limits) {
    this.#limits = limits
    this.#watch = setInterval(() => this.#look(performance.now()), Math.min(WATCH_MS, limits.keepalive))
    this.#watch.unref()
  }

  add(session: ServerHttp2Session): void {
    const now = performance.now()
    const age = this.#limits.connectionAge * (0.9 + Math.random() * 0.2)
    this.#connections.set(session, { endsAt: now + age, heardAt: now, asked: false })
    session.once('close', () => this.#connections.delete(session))
  }

  /** Ends all connections; calls that are under way have the grace to finish. */
  async end(): Promise<void> {
    clearInterval(this.#watch)
    await Promise.all([...this.#connections.keys()].map(session => this.#end(session)))
  }

  #look(now: number): void {
    for (const [session, connection] of this.#connections) {
      if (connection.endsAt <= now) {
        this.#connections.delete(session)
        void this.#end(session)
      } else this.#ask(session, connection, now)
    }
  }

  #ask(session: ServerHttp2Session, connection: Connection, now: number): void {
    const { keepalive } = this.#limits
    const silence = now - connection.heardAt
    if (connection.asked && silence > 2 * keepalive) session.destroy()
    if (connection.asked || silence < keepalive) return
    connection.asked = session.ping(error => {
      if (error) return
      connection.heardAt = performance.now()
      connection.asked = false
    })
  }

  /** Says first that the connection is to end, and ends it when every call that crossed the word on its way is there. */
  #end(session: ServerHttp2Session): Promise<void> {
    return new Promise(resolve => {
      if (session.destroyed) return resolve()
      session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
      const close = setTimeout(() => session.close(), Math.min(NOTICE_MS, this.#limits.grace))
      const cut = setTimeout(() => session.destroy(), this.#limits.grace)
      session.once('close', () => {
        clearTimeout(close)
        clearTimeout(cut)
        resolve()
      })
    })
  }
}
