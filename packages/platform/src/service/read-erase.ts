import { BY_COMMAND, ERASE_HEADER, type EraseRecord, parseErase } from '@millrace/core'
import type { Decoded, RawMessage } from '../stage/stage-input.ts'

/** The erase record that a message of an inner topic is, if it is one. */
export function readErase({ key, value, headers }: RawMessage): EraseRecord | undefined {
  const header = value === null ? headers[ERASE_HEADER] : undefined
  return header == null || key === null ? undefined : parseErase(String(key), String(header))
}

/** Where an erase record stands among the others of its input. */
export function erasePlace({ parent, eventTime }: EraseRecord): Omit<Decoded<never>, 'value'> {
  return { parent: parent ?? BY_COMMAND, eventTime: eventTime ?? Number.NEGATIVE_INFINITY }
}
