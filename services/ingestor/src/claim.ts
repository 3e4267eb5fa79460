import { ByteReader, ByteWriter, type StateCodec } from '@millrace/core'

/** Who holds an id: the record that came with it first. */
export interface Claim {
  readonly offset: number
  readonly eventTime: number
}

/** The claim that a record makes on its id. */
export function claimOf({ offset, eventTime }: Claim): Claim {
  return { offset, eventTime }
}

const writer = new ByteWriter()

export const claimCodec: StateCodec<Claim> = {
  encode({ offset, eventTime }) {
    writer.varint(offset)
    writer.float64(eventTime)
    return writer.finish()
  },
  decode(bytes) {
    const reader = new ByteReader(bytes)
    return { offset: reader.varint(), eventTime: reader.float64() }
  },
}

/**
 * Whether the id belongs to an earlier record within the horizon (ms of event time). One behind it holds it only when
 * records are handled again.
 */
export function isTaken(claim: Claim | undefined, by: Claim, horizon: number): boolean {
  return (
    claim !== undefined && claim.offset < by.offset && Math.abs(claim.eventTime - by.eventTime) <= horizon
  )
}
