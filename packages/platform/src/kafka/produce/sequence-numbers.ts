/** Sequence numbers begin anew at 0 behind 2^31 − 1. */
const SEQUENCE_NUMBERS = 2 ** 31

/** The sequence number that follows so many records, of which the first one has the given number. */
export function sequenceAfter(sequence: number, records: number): number {
  return (sequence + records) % SEQUENCE_NUMBERS
}
