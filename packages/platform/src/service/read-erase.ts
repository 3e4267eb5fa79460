import { BY_COMMAND, ERASE_HEADER, type EraseRecord, MillraceError, parseErase } from '@millrace/core'
import type { Decoded, RawMessage } from '../stage/stage-input.ts'

/**
 * The erase record that a message without a value is in an inner topic. Throws RECORD_UNREADABLE where it asks for
 * nothing.
 */
export function readErase({ key, headers }: RawMessage): EraseRecord {
  try {
    return parseErase(key!.toString(), headers[ERASE_HEADER]!.toString())
  } catch (cause) {
    throw new MillraceError(
      'RECORD_UNREADABLE',
      `A record of an inner topic has no value, and is no request to erase: its key or its header ${ERASE_HEADER} is missing or broken.`,
      { cause },
    )
  }
}

/** Where an erase record stands among the others of its input. */
export function erasePlace({ parent, eventTime }: EraseRecord): Omit<Decoded<never>, 'value'> {
  return { parent: parent ?? BY_COMMAND, eventTime: eventTime ?? Number.NEGATIVE_INFINITY }
}
