import { createHmac, timingSafeEqual } from 'node:crypto'

/** The parts of a delivery that its signature covers, as they came. */
export interface SignedDelivery {
  readonly id: string
  /** Unix time in seconds. */
  readonly timestamp: string
  readonly body: Uint8Array
  /** The header with one or several signatures, `v1,BASE64`, separated by blanks. */
  readonly signature: string
}

/** How far the clocks of the two may be apart, and how long a delivery may take (ms). */
export const DELIVERY_WINDOW_MS = 300_000

/** Whether a delivery was signed with the secret, over its raw body. Takes as long for a wrong signature as for a right one. */
export function isSigned({ id, timestamp, body, signature }: SignedDelivery, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
  const given = signature.split(' ').filter(text => text.startsWith('v1,'))
  return given.some(text => isEqual(Buffer.from(text.slice(3), 'base64'), expected))
}

function isEqual(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Whether a delivery was made now, as far as clocks agree. */
export function isRecent(timestamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1_000) <= DELIVERY_WINDOW_MS
}
