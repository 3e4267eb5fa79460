import { type ClockDeclaration, MillraceError, parseClock } from '@millrace/core'
import { z } from 'zod'
import { isRedisAddress } from '../redis/address.ts'

/** `host:port`, several separated by commas. */
export function brokerList() {
  return z
    .string()
    .transform(text => text.split(',').map(broker => broker.trim()))
    .refine(
      brokers => brokers.every(broker => /^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(broker)),
      'must be host:port, several separated by commas',
    )
}

/** An address with one of the given schemes. */
export function address(...schemes: readonly string[]) {
  const shapes = schemes.map(scheme => `${scheme}://…`).join(' or ')
  return z
    .string()
    .refine(
      text => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be an address ${shapes}`,
    )
}

/** An address of one Redis or of a cluster. */
export function redisAddress() {
  return z
    .string()
    .refine(
      isRedisAddress,
      'must be an address redis://…, rediss://…, redis+cluster://… or rediss+cluster://…',
    )
}

/** A clock as `formatClock` writes it. */
export function clock() {
  return z.string().transform((text, context): ClockDeclaration => {
    try {
      return parseClock(text)
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      context.addIssue({ code: 'custom', message: 'must be "wall" or START@SPEED@ANCHOR' })
      return z.NEVER
    }
  })
}
