import { MillraceError } from '@millrace/core'

const MS_OF_UNIT: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}

/** Reads how long a client waits, from its header `grpc-timeout` (ms). Throws REQUEST_INVALID. */
export function readTimeout(header: string): number {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? []
  if (digits !== undefined) return Number(digits) * MS_OF_UNIT[unit!]!
  throw new MillraceError('REQUEST_INVALID', 'The grpc-timeout is none: it must be digits and a unit.')
}
