import { MillraceError } from '@millrace/core'

/** What stands in the log cannot be read by this build: no new attempt can mend that. */
export function logUnreadable(message: string, options: { readonly cause?: unknown } = {}): MillraceError {
  return new MillraceError('LOG_UNREADABLE', message, options)
}
