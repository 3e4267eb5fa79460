/**
 * A topic that was deleted and made anew begins again at offset 0: that is another epoch of it. A position counts both,
 * so that those of one input only rise, whatever became of its topic, and a parent from a new epoch is no repeat of one
 * from an old epoch. Of the first epoch, positions are Kafka's own offsets.
 */

/** No partition holds as many records: at 100,000 each second they last for eleven years. */
const OFFSETS_OF_AN_EPOCH = 2 ** 45
/** Positions stay below 2^53, exact in a number. */
export const MOST_EPOCHS = 256

/** The place of a Kafka offset in an epoch of its topic, from 0 on. */
export function positionOf(epoch: number, offset: number): number {
  return epoch * OFFSETS_OF_AN_EPOCH + offset
}

export function epochOf(position: number): number {
  return Math.floor(position / OFFSETS_OF_AN_EPOCH)
}

/** Kafka's offset of a position. */
export function offsetOf(position: number): number {
  return position % OFFSETS_OF_AN_EPOCH
}
