/** What became of the batch for a partition: 0 when it was appended. */
export interface BatchOutcome {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
}

/** The base offset, the append time and the offset at which the log begins: nobody asks for them. */
const UNREAD_BYTES = 24

/** Reads the answer to a produce request of version 7. */
export function readProduceResponse(body: Buffer): readonly BatchOutcome[] {
  const outcomes: BatchOutcome[] = []
  let at = 4
  for (let topics = body.readInt32BE(0); topics > 0; topics--) {
    const nameEnd = at + 2 + body.readInt16BE(at)
    const topic = body.toString('utf8', at + 2, nameEnd)
    at = nameEnd + 4
    for (let partitions = body.readInt32BE(nameEnd); partitions > 0; partitions--) {
      outcomes.push({ topic, partition: body.readInt32BE(at), errorCode: body.readInt16BE(at + 4) })
      at += 6 + UNREAD_BYTES
    }
  }
  return outcomes
}
