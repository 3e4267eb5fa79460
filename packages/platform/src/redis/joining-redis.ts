import { Redis } from 'ioredis'

/**
 * A client whose commands of one turn of the event loop leave as one write to its socket. The pipelines that ioredis
 * makes of them instead (`enableAutoPipelining`) come and go in a `Map`, whose former tables V8 keeps from one collection
 * to the next, with what was in them: all commands of the last seconds, which become old that way.
 */
export class JoiningRedis extends Redis {
  override sendCommand(...command: Parameters<Redis['sendCommand']>): unknown {
    const { stream } = this
    if (stream?.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    return super.sendCommand(...command)
  }
}
